import { expect } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, type System } from '../index.js';
import type { FaultyTools } from './faulty-tools.fixture.js';
import { ModelGate } from './model-gate.fixture.js';
import { addAgent, addBackend, endsByRun, submit } from './runs.fixture.js';

/** The agent whose only tool counts how often it was called, and cannot be undone. */
export const AGENT = 'counter';
export const BACKENDS = ['held-before', 'held-after'] as const;

/**
 * Runs that are caught in flight: half of them wait for the model's first turn, half have called their tool and wait for
 * the second. No tool is at work then, so that every effect must be seen exactly once, whatever is killed.
 */
export class Flight {
  private readonly expressions: string[] = [];
  private readonly keys: string[] = [];

  private constructor(
    private readonly before: ModelGate,
    private readonly after: ModelGate,
  ) {}

  static async prepare(system: System): Promise<Flight> {
    const flight = new Flight(await ModelGate.start(), await ModelGate.start());
    await addBackend(system, 'held-before', flight.before.url);
    await addBackend(system, 'held-after', flight.after.url);
    await addAgent(system, AGENT, ['counting_calc_count']);
    return flight;
  }

  /** Accepts tasks by REST and by the bus, and returns when every run hangs at the model. */
  async takeOff(system: System, runs: number): Promise<void> {
    const nats = await system.nats();
    const asked = this.before.requests.length + this.after.requests.length;
    this.before.hold();
    this.after.open();
    this.after.holdSecondTurns();
    for (let index = 0; index < runs; index++) {
      const number = this.expressions.length + 1;
      const key = `flight-${number}`;
      const expression = `${number} + ${1_000 + number}`;
      const task = {
        agent: AGENT,
        input: `What is ${expression}?`,
        backend: BACKENDS[index % 2] ?? '',
        idempotency_key: key,
      };
      this.expressions.push(expression);
      this.keys.push(key);
      if (index % 4 < 2) await submit(system, task);
      else await nats.request(system.subject('tasks.default'), JSON.stringify(task), { timeout: 10_000 });
    }
    await nats.close();
    await waitFor(() => this.before.count('waiting') + this.after.count('waiting') >= runs, {
      timeoutMs: 60_000,
      describe: `${runs} runs to hang at the model`,
    });
    expect(this.before.requests.length + this.after.requests.length).toBeGreaterThanOrEqual(asked + runs);
  }

  /** From now on the model answers. */
  land(): void {
    this.before.open();
    this.after.open();
  }

  /** Every task that was ever accepted has ended: no tool is at work any more. Gives their runs. */
  untilEnded(system: System, timeoutMs: number): Promise<JsonObject[]> {
    return waitFor(
      async () => {
        const { body } = await rest(system, 'GET', `/v1/runs?agent=${AGENT}&limit=200`);
        const runs = body['runs'] as JsonObject[];
        const done = runs.filter(({ status }) => status === 'completed' || status === 'failed');
        return done.length >= this.keys.length && runs;
      },
      { timeoutMs, intervalMs: 250, describe: `${this.keys.length} runs to end` },
    );
  }

  /** Every task that was ever accepted ends once, with one effect. */
  async expectAllDone(system: System, tools: FaultyTools, timeoutMs = 60_000): Promise<void> {
    const started = await this.untilEnded(system, timeoutMs);
    expect(started.map((run) => run['idempotency_key']).sort()).toEqual([...this.keys].sort());
    expect(started.map((run) => [run['status'], run['error'] ?? null])).toEqual(
      this.keys.map(() => ['completed', null]),
    );
    const ends = await endsByRun(system);
    expect(started.map((run) => ends[String(run['run_id'])])).toEqual(this.keys.map(() => 'RunCompleted'));
    const once = Object.fromEntries(this.expressions.map((expression) => [expression, 1]));
    expect(await tools.calls('calc_count')).toEqual(once);
  }

  async close(): Promise<void> {
    await Promise.all([this.before.close(), this.after.close()]);
  }
}
