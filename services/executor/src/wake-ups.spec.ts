import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunTimers } from '@switchyard/bus';
import { timestampFromMs, type JsonObject } from '@switchyard/contracts';
import type { Appended, RunEventBodyInit } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { RunsInHand } from './runs/runs-in-hand.js';
import { firstTurnOf, typesOf, World } from './world.fixture.js';

let world: World;
beforeEach(async () => {
  world = await World.create({ SWITCHYARD_MODEL_ATTEMPTS: '2' });
  world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'sleep', 'ask_user'] };
});
afterEach(() => world.close());

const call = (name: string, args: JsonObject) => ({ calls: [{ name, arguments: args }] });
const parked = (runId: string): Promise<Appended> => world.until(runId, ({ state }) => state.parked !== null);
const isOver = async (runId: string): Promise<boolean> => {
  const { state } = await world.store.load(runId);
  return Date.now() > Date.parse(state.parked?.until ?? '');
};

/** The journal of a run that an executor parked on a sleep, and no more: neither timer nor acknowledgement. */
function sleeping(until: number): RunEventBodyInit[] {
  const args = { until: new Date(until).toISOString() };
  return [
    {
      case: 'modelTurnCompleted',
      value: {
        turn: 1,
        message: { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_a', name: 'sleep', arguments: args }] },
      },
    },
    {
      case: 'toolCallsRequested',
      value: { calls: [{ callId: 'call_a', tool: 'sleep', kind: 'sleep', arguments: args }] },
    },
    { case: 'runParked', value: { reason: 'timer', callIds: ['call_a'], until: timestampFromMs(until) } },
  ];
}

describe('a parked run', () => {
  it('goes on by itself when its time has come', async () => {
    world.simulator.enqueue(call('sleep', { seconds: 1.5 }), { text: 'Good morning.' });
    await world.startExecutor();
    const runId = await world.accept('Sleep');
    const { state } = await parked(runId);
    await world.queueEmpty();
    const ended = await world.ended(runId);
    expect(ended.state.output).toBe('Good morning.');
    expect(ended.events.find(({ body }) => body.case === 'runResumed')?.body.value).toMatchObject({ cause: 'timer' });
    expect(Date.parse(ended.state.endedAt)).toBeGreaterThanOrEqual(Date.parse(state.parked?.until ?? ''));
  });

  it('whose executor died between the commit and the timer gets its timer from the redelivery', async () => {
    const until = Date.now() + 3_000;
    const runId = await world.accept('Sleep', { more: sleeping(until) });
    world.simulator.enqueue({ text: 'Good morning.' });
    await world.startExecutor();
    const { events, state } = await world.ended(runId);
    expect(state.output).toBe('Good morning.');
    expect(typesOf(events).filter((type) => type === 'RunParked')).toHaveLength(1);
  });

  it('whose timer the bus lost goes on with any other wake-up', async () => {
    world.simulator.enqueue(call('sleep', { seconds: 2 }), { text: 'Good morning.' });
    await world.startExecutor();
    const runId = await world.accept('Sleep');
    await parked(runId);
    await waitFor(async () => (await world.messagesIn('TIMERS')) > 0);
    await new RunTimers(world.bus).forget(runId);
    await waitFor(() => isOver(runId));
    expect((await world.store.load(runId)).state.parked).not.toBeNull();
    await world.wake(runId, 'reconciled');
    expect((await world.ended(runId)).state.output).toBe('Good morning.');
  });

  it('that two executors are woken for at once goes on once', async () => {
    const runId = await world.accept('Sleep', { more: sleeping(Date.now() - 1_000) });
    await world.wake(runId, 'timer');
    await world.wake(runId, 'reconciled');
    world.simulator.enqueue({ text: 'Good morning.' }, { text: 'Good morning.' }, { text: 'Good morning.' });
    await Promise.all([world.startExecutor(1), world.startExecutor(1)]);
    const { events } = await world.ended(runId);
    await world.queueEmpty();
    expect(typesOf(events).slice(4)).toEqual(['RunResumed', 'ToolCallSettled', 'ModelTurnCompleted', 'RunCompleted']);
    expect((await world.store.load(runId)).events).toHaveLength(events.length);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('fails at the moment in which its time is over, whatever it waits for', async () => {
    world.simulator.enqueue(call('ask_user', { question: 'Well?' }));
    await world.startExecutor();
    const runId = await world.accept('Ask', { limits: { seconds: 3 } });
    const { state } = await parked(runId);
    expect(state.parked?.until).toBe(new Date(Date.parse(state.createdAt) + 3_000).toISOString());
    const ended = await world.ended(runId);
    expect(ended.state).toMatchObject({
      status: 'failed',
      error: { code: 'run.limit_exceeded', details: { limit: 'seconds', allowed: 3 } },
    });
  });

  it('that is cancelled leaves nothing behind: its timer finds it ended', async () => {
    world.simulator.enqueue(call('sleep', { seconds: 1.5 }));
    await world.startExecutor();
    const runId = await world.accept('Sleep');
    const { state } = await parked(runId);
    const body: RunEventBodyInit = { case: 'runCancelled', value: { reason: 'enough' } };
    const cancelled = await world.store.append(state, [{ body, actor: 'router' }]);
    expect(cancelled.state.parked).toBeNull();
    const manager = await world.bus.js.jetstreamManager(false);
    const exec = `${world.bus.prefix.toUpperCase()}_EXEC`;
    await waitFor(async () => (await manager.streams.info(exec)).state.last_seq === 2, { describe: 'its timer' });
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect(world.simulator.requests).toHaveLength(1);
  });
});

describe('many parked runs', () => {
  it('cost their executor nothing, and are all woken', async () => {
    const { app } = await world.startExecutor();
    const timers = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    // Fewer timers than one a run: those of the service itself.
    const costNothing = async (): Promise<boolean> =>
      app.get(RunsInHand).ids().length === 0 && timers() < RUNS / 2 && (await world.messagesIn('EXEC')) === 0;
    const until = await parkAll(6_000, costNothing);
    const answers = async () =>
      (await world.store.listRuns({ status: 'completed', limit: 1_000 })).map((run) => run.output);
    await waitFor(async () => (await answers()).filter((output) => output === MORNING).length === RUNS, {
      timeoutMs: 60_000,
    });
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    await world.queueEmpty();
  }, 300_000);

  const RUNS = 100;
  const MORNING = 'Good morning.';

  /** Runs that sleep until one moment; it answers that moment. Where it came before all were asleep, they sleep longer. */
  async function parkAll(ms: number, costNothing: () => Promise<boolean>): Promise<number> {
    const until = Date.now() + ms;
    const args = { until: new Date(until).toISOString() };
    world.simulator.enqueue(...Array.from({ length: RUNS }, () => call('sleep', args)));
    const runIds = await Promise.all(Array.from({ length: RUNS }, () => world.accept('Sleep')));
    const found = await waitFor(
      async () => {
        const asleep = (await world.store.listRuns({ status: 'waiting', limit: 1_000 })).length;
        const quiet = asleep === RUNS && (await costNothing());
        if (Date.now() > until - ms / 3) return 'too late';
        return quiet && 'quiet';
      },
      { timeoutMs: ms + 30_000 },
    );
    world.simulator.enqueue(...runIds.map(() => ({ text: found === 'quiet' ? MORNING : 'Too early.' })));
    if (found === 'quiet') return until;
    if (ms > 60_000) throw new Error(`${RUNS} sleeping runs still cost their executor something after ${ms} ms`);
    await waitFor(async () => (await world.store.listRuns({ status: 'completed', limit: 1_000 })).length >= RUNS, {
      timeoutMs: ms + 60_000,
    });
    return parkAll(ms * 4, costNothing);
  }
});

describe('a run that is parked to try again', () => {
  const waiting = (ms: number, attempts = 1): RunEventBodyInit[] => [
    { case: 'runParked', value: { reason: 'retry', attempts, until: timestampFromMs(Date.now() + ms) } },
  ];

  it('is tried again when its time has come, and the answer says how many requests it took', async () => {
    world.simulator.enqueue({ text: 'Now.' });
    const runId = await world.accept('Hi', { more: waiting(2_500) });
    await world.startExecutor();
    await world.queueEmpty();
    expect(world.simulator.requests).toHaveLength(0);
    const { state, events } = await world.ended(runId);
    expect([state.output, state.attempts, firstTurnOf(events).attempts]).toEqual(['Now.', 0, 2]);
  });

  it('gives up after as many requests as without: they are counted over all its waits', async () => {
    world.simulator.enqueue({ fault: { fault: '429', retryAfterMs: 60_000 } });
    const runId = await world.accept('Hi', { more: waiting(0) });
    await world.startExecutor();
    const { state } = await world.ended(runId);
    expect(state).toMatchObject({
      status: 'failed',
      error: { code: 'model.rate_limited', details: { attempts: 2 } },
    });
    expect(world.simulator.requests).toHaveLength(1);
  });

  it('and moved to another backend does not wait for the old one', async () => {
    const more = [...waiting(600_000), { case: 'backendSwitched', value: { from: 'old', to: 'simulator' } }] as const;
    world.simulator.enqueue({ text: 'At once.' });
    const runId = await world.accept('Hi', { backend: 'old', more: [...more] });
    await world.wake(runId, 'switched', 'simulator');
    await world.startExecutor();
    expect((await world.ended(runId)).state.output).toBe('At once.');
  });
});
