import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, wholeStream, type System } from '../index.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { ModelGate } from './model-gate.fixture.js';
import {
  addAgent,
  addBackend,
  ended,
  entriesOf,
  finished,
  journalOf,
  runOf,
  submit,
  untilStatus,
} from './runs.fixture.js';

/** What stops a run from outside: a cancel, a limit, the thread that it belongs to. */
export function control(system: () => System, gate: () => ModelGate): void {
  let tools: FaultyTools;
  let slow: ModelGate;
  beforeAll(async () => {
    slow = await ModelGate.start({ chunkDelayMs: 400 });
    await addBackend(system(), 'x-slow', slow.url);
    tools = await FaultyTools.connect(system(), 'endless', 60_000);
    await addAgent(system(), 'with-endless', ['endless_calc_hang']);
  });
  afterAll(() => slow?.close());

  describe('a cancel', () => {
    const cancel = (runId: string) =>
      rest(system(), 'POST', `/v1/runs/${runId}/cancel`, { body: { reason: 'enough' } });
    /** Long enough for anything that was under way to show. */
    const expectSilence = async (runId: string) => {
      const before = await journalOf(system(), runId);
      expect(before.at(-1)).toMatchObject({ run_cancelled: { reason: 'enough' } });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await journalOf(system(), runId)).toEqual(before);
      const events = await wholeStream(system(), runId);
      expect(events.at(-1)).toMatchObject({ event: 'RunCancelled', id: String(before.length) });
    };

    const untilCalled = (expression: string) =>
      waitFor(async () => ((await tools.calls('calc_hang'))[expression] ?? 0) > 0, {
        describe: `the tool to be called with ${expression}`,
      });
    /** It only reads, so that on a slow machine a second host may have begun it too: whoever began it stops. */
    const untilStopped = (expression: string) =>
      waitFor(
        async () => {
          const notes = (await tools.notes()).filter((note) => note.expression === expression);
          const cancelled = notes.filter(({ what }) => what === 'cancelled').length;
          return cancelled > 0 && cancelled * 2 === notes.length;
        },
        { describe: `every call of the tool with ${expression} to be stopped` },
      );

    it('while the model streams hangs up on the model, and nothing of the run happens after', async () => {
      const runId = await submit(system(), { agent: 'assistant', input: 'Hello there', backend: 'x-slow' });
      await waitFor(() => slow.count('answering') === 1, { describe: 'the model to answer' });
      expect((await cancel(runId)).body).toMatchObject({ run_id: runId, status: 'cancelled' });
      await waitFor(() => slow.count('abandoned') === 1, { describe: 'the executor to hang up' });
      await expectSilence(runId);
      expect(slow.requests).toHaveLength(1);
      expect(await runOf(system(), runId)).toMatchObject({ status: 'cancelled', turns: 0 });
    });

    it('while a tool runs stops the tool, and nothing of the run happens after', async () => {
      const runId = await submit(system(), { agent: 'with-endless', input: 'What is 7 * 11?' });
      await untilCalled('7 * 11');
      const result = await switchyard(system(), ['runs', 'cancel', runId, '--reason', 'enough']);
      expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('cancelled') });
      await untilStopped('7 * 11');
      await expectSilence(runId);
      await untilStopped('7 * 11');
    });

    it('of a run that is parked on a tool stops it too', async () => {
      const runId = await submit(system(), { agent: 'with-endless', input: 'What is 7 * 13?' });
      await untilStatus(system(), runId, ['waiting']);
      await untilCalled('7 * 13');
      await cancel(runId);
      await untilStopped('7 * 13');
      await expectSilence(runId);
      await untilStopped('7 * 13');
    });

    it('of a run that has ended is a conflict', async () => {
      const run = await finished(system(), { agent: 'assistant', input: 'Hi' });
      const again = await cancel(String(run['run_id']));
      expect(again).toMatchObject({ status: 409, body: { error: { code: 'run.already_ended' } } });
      expect((await switchyard(system(), ['runs', 'cancel', String(run['run_id'])])).code).toBe(6);
    });
  });

  describe('a limit ends its run with run.limit_exceeded and its numbers', () => {
    const limited = async (limits: JsonObject, backend = 'simulator') => {
      const run = await finished(system(), { agent: 'assistant', input: 'What is 9 * 9?', backend, limits });
      expect(run).toMatchObject({ status: 'failed', error: { code: 'run.limit_exceeded' } });
      const { details, message } = run['error'] as {
        details: { limit: string; allowed: number; used: number };
        message: string;
      };
      expect(message).toContain(`limits.${details.limit}`);
      return { run, details };
    };

    it('of turns', async () => {
      const { details, run } = await limited({ turns: 1 });
      expect(details).toEqual({ limit: 'turns', allowed: 1, used: 1 });
      expect(run['turns']).toBe(1);
    });

    it('of tokens', async () => {
      const { details, run } = await limited({ tokens: 50 });
      const usage = run['usage'] as { input_tokens: number; output_tokens: number };
      expect(details).toEqual({ limit: 'tokens', allowed: 50, used: usage.input_tokens + usage.output_tokens });
    });

    it('of money', async () => {
      const profile = { prices: { input: 1_000, output: 1_000 } };
      await addBackend(system(), 'x-dear', gate().url, { profile });
      const { details, run } = await limited({ cost_usd: 0.001 }, 'x-dear');
      expect(run['cost']).toBeGreaterThan(0.001);
      expect(details).toEqual({ limit: 'cost_usd', allowed: 0.001, used: run['cost'] });
    });

    it('of seconds, in the middle of a turn, and hangs up on the model', async () => {
      const before = slow.count('abandoned');
      const { details } = await limited({ seconds: 2 }, 'x-slow');
      expect(details).toMatchObject({ limit: 'seconds', allowed: 2 });
      expect(details.used).toBeGreaterThanOrEqual(2);
      expect(details.used).toBeLessThan(6);
      await waitFor(() => slow.count('abandoned') > before);
    });
  });

  it('two tasks of one thread do not interleave, and those of another thread do not wait for them', async () => {
    const held = gate();
    held.hold();
    const seen = held.requests.length;
    const task = (thread: string, input: string) => ({ agent: 'assistant', thread, input, backend: 'gated' });
    const first = await submit(system(), task('one', 'What is 21 * 2?'));
    const second = await submit(system(), task('one', 'What is 22 * 2?'));
    const other = await submit(system(), task('two', 'What is 23 * 2?'));
    await waitFor(() => held.requests.length === seen + 2, { describe: 'both threads to ask the model' });
    expect((await runOf(system(), second))['turns']).toBe(0);
    expect(held.requests.slice(seen).some(({ body }) => body.includes('22 * 2'))).toBe(false);
    held.open();
    for (const [runId, output] of [
      [first, '42'],
      [second, '44'],
      [other, '46'],
    ] as const)
      expect(await ended(system(), runId)).toMatchObject({
        status: 'completed',
        output: expect.stringContaining(output),
      });
    const end = (await journalOf(system(), first)).at(-1)?.['time'];
    const [turn] = await entriesOf(system(), second, 'model_turn_completed');
    expect(Date.parse(String(turn?.['started_at']))).toBeGreaterThanOrEqual(Date.parse(String(end)));
  });
}
