import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelNoticeSchema,
  ExecutorService,
  SwitchyardError,
  type ToolCall,
  timestampFromDate,
} from '@switchyard/contracts';
import { JournalStore, type Appended, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { ensureStreams, RpcClient } from '@switchyard/bus';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { ToolsService } from './context/tools.service.js';
import { STALE_MS } from './runs/run-reader.service.js';
import { firstTurnOf, lastBodyOf, typesOf, World } from './world.fixture.js';

const call = (expression = '2+2') => ({ calls: [{ name: 'calculator', arguments: { expression } }] });
let world: World;

async function worldWith(environment: Record<string, string> = {}): Promise<void> {
  world = await World.create({
    SWITCHYARD_MODEL_FIRST_BYTE_MS: '20000',
    SWITCHYARD_MODEL_IDLE_MS: '20000',
    SWITCHYARD_MODEL_ATTEMPTS: '2',
    ...environment,
  });
}

/** A promise that the test settles. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

async function cancel(runId: string): Promise<Appended> {
  const { state } = await world.store.load(runId);
  const body: RunEventBodyInit = { case: 'runCancelled', value: { reason: 'enough', by: 'user:ann' } };
  const appended = await world.store.append(state, [{ body, actor: 'router' }]);
  world.bus.emit(world.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant: 'default', runId, reason: 'enough' });
  return appended;
}

describe('a model endpoint', () => {
  beforeEach(() => worldWith());
  afterEach(() => world.close());

  it.each([
    ['401', 'model.auth', 1],
    ['404', 'model.not_found', 1],
    ['overflow', 'model.overflow', 1],
    ['500', 'model.unavailable', 2],
    ['429', 'model.rate_limited', 2],
    ['cut', 'model.broken_stream', 2],
    ['malformed', 'model.', 2],
  ] as const)(
    'that answers %s ends the run as failed with the cause, after %s and %i attempts',
    async (fault, code, attempts) => {
      world.simulator.setFault({ fault, retryAfterMs: 50 });
      await world.startExecutor();
      const { state } = await world.ended(await world.accept('Hi'));
      expect(state).toMatchObject({ status: 'failed', turns: 0 });
      expect(state.error?.code).toMatch(new RegExp(`^${code.replace('.', '\\.')}`));
      expect(state.error?.details).toMatchObject({ backend: 'simulator', attempts });
      expect(state.configuration).toMatch(/^sha256:/);
      const requests = world.simulator.requests.filter(({ path }) => path.endsWith('/chat/completions'));
      expect(requests).toHaveLength(attempts);
      await world.queueEmpty();
      expect(await world.deadLetters()).toEqual([]);
    },
  );

  it('that does not answer the first turn fails the configuration that it would have answered for', async () => {
    world.simulator.setFault({ fault: '401' });
    await world.startExecutor();
    const failed = await world.ended(await world.accept('Hi'));
    world.simulator.setFault(null);
    const completed = await world.ended(await world.accept('Hi'));
    const { configuration } = firstTurnOf(completed.events);
    expect(configuration?.fingerprint).toMatch(/^sha256:/);
    expect(failed.events.at(-1)?.body).toMatchObject({
      case: 'runFailed',
      value: { asked: configuration, configuration: configuration?.fingerprint },
    });
    expect(failed.state.configuration).toBe(completed.state.configuration);
  });

  it('that answers with nothing is asked again, and ends the run as failed where it goes on so', async () => {
    world.simulator.enqueue({ text: ' ' }, { text: 'Here.' });
    await world.startExecutor();
    expect((await world.ended(await world.accept('Hi'))).state).toMatchObject({ status: 'completed', output: 'Here.' });
    world.simulator.enqueue({ text: ' ' }, { text: '', reasoning: 'Hm.' });
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state).toMatchObject({ status: 'failed', error: { code: 'model.empty_answer', details: { attempts: 2 } } });
  });

  it('that cuts its answer at the output limit completes the run, and the last event says so', async () => {
    world.simulator.enqueue({ text: 'One two three four.', fault: { fault: 'length' } }, { text: 'Five.' });
    await world.startExecutor();
    const cut = await world.ended(await world.accept('Count'));
    expect(cut.state.status).toBe('completed');
    expect(lastBodyOf(cut.events)).toMatchObject({ finishReason: 'length' });
    expect(lastBodyOf((await world.ended(await world.accept('Go on'))).events)).toMatchObject({ finishReason: 'stop' });
  });

  it('that is down ends the run as failed, and the router is told', async () => {
    const server: Server = createServer().listen(0, '127.0.0.1');
    await waitFor(() => server.listening);
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    world.surroundings.backend.base_url = `http://127.0.0.1:${port}/v1`;
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state.error).toMatchObject({ code: 'model.unreachable', retryable: true });
    await waitFor(() => world.reports.length >= 2);
    expect(world.reports[0]).toMatchObject({ name: 'simulator', ok: false, error: { code: 'model.unreachable' } });
  });

  it('whose key is not set ends the run as failed and names the variable', async () => {
    world.surroundings.backend.apiKeyEnv = 'NO_SUCH_KEY';
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state.error).toMatchObject({ code: 'model.key_missing', message: expect.stringContaining('NO_SUCH_KEY') });
  });

  it('that fails once is asked again; readers are told to forget, and nothing is doubled', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue(
      { text: 'One two three four five six.', fault: { fault: 'cut', after: 4 } },
      { text: 'Seven.' },
    );
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Hi'));
    expect(state).toMatchObject({ status: 'completed', output: 'Seven.', turns: 1 });
    expect(firstTurnOf(events).attempts).toBe(2);
    const reset = deltas.findIndex(({ kind }) => kind === 'reset');
    expect(reset).toBeGreaterThan(0);
    const after = deltas.slice(reset + 1);
    expect(after.map(({ text }) => text).join('')).toBe('Seven.');
    expect(after[0]?.offset).toBe(0);
    await waitFor(() => world.reports.some(({ ok }) => ok));
  });

  it('that answers with more than a turn may hold ends the run as failed, and is not asked again', async () => {
    world.simulator.enqueue({ text: `${'x'.repeat(999)} `.repeat(9_437) });
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Talk'));
    expect(state.error).toMatchObject({ code: 'model.answer_too_large', retryable: false });
    expect(world.simulator.requests).toHaveLength(1);
    expect(lastBodyOf(events)).toMatchObject({ error: { message: expect.stringContaining('8 MiB') } });
  });

  it('that answers with as much as a turn may hold completes the run, and the events are published', async () => {
    const text = `${'x'.repeat(999)} `.repeat(500).trim();
    world.simulator.enqueue({ text });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Talk'));
    expect(state).toMatchObject({ status: 'completed', output: text });
    await world.queueEmpty();
    const published = await world.stored('EVENTS');
    expect(published.map(({ subject }) => subject.split('.').at(-1))).toEqual(['ModelTurnCompleted', 'RunCompleted']);
  });

  const consumerInfo = async () => {
    const manager = await world.bus.js.jetstreamManager(false);
    return manager.consumers.info(`${world.bus.prefix.toUpperCase()}_EXEC`, 'exec-simulator');
  };

  it('that asks for patience is left alone by the whole fleet until then', async () => {
    world.simulator.enqueue({ fault: { fault: '429', retryAfterMs: 1_500 } }, { text: 'Now.' }, { text: 'Me too.' });
    await world.startExecutor();
    const began = Date.now();
    const first = await world.accept('Hi');
    await waitFor(() => world.simulator.requests.length > 0);
    await waitFor(async () => (await consumerInfo()).paused);
    const second = await world.accept('Hi');
    const runs = [await world.ended(first), await world.ended(second)];
    expect(runs.map(({ state }) => state.status)).toEqual(['completed', 'completed']);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_400);
    expect(world.simulator.requests).toHaveLength(3);
  });

  it('that asks for much patience costs no executor: the run is parked, and holds no place in the queue', async () => {
    world.simulator.enqueue({ fault: { fault: '429', retryAfterMs: 3_000_000 } });
    await world.startExecutor();
    const runId = await world.accept('Hi');
    await waitFor(async () => (await consumerInfo()).paused && world.simulator.requests.length === 1);
    const rpc = new RpcClient(world.bus);
    const inHand = (): Promise<boolean> =>
      rpc.call(ExecutorService.method.getPartial, { tenant: 'default', runId }, { timeoutMs: 100 }).then(
        () => true,
        () => false,
      );
    await waitFor(async () => !(await inHand()), { describe: 'nobody to have the run in hand' });
    const parked = await world.until(runId, ({ state }) => state.parked !== null);
    expect(parked.state).toMatchObject({ status: 'waiting', attempts: 1, parked: { reason: 'retry', callIds: [] } });
    expect(Date.parse(parked.state.parked?.until ?? '') - Date.now()).toBeLessThanOrEqual(300_000);
    await world.queueEmpty();
    const { pause_remaining } = await consumerInfo();
    expect((pause_remaining ?? 0) / 1e6).toBeLessThanOrEqual(300_000);

    // Another endpoint, or another key: what the old one asked for does not concern it.
    world.surroundings.backend = { prices: { input: 1 } };
    await waitFor(async () => !(await consumerInfo()).paused, { describe: 'the pause to be lifted' });
  });

  it('that asks for more patience than the run has time ends it at once, and says so', async () => {
    world.simulator.enqueue({ fault: { fault: '429', retryAfterMs: 86_400_000 } });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state).toMatchObject({
      status: 'failed',
      error: { code: 'model.rate_limited', details: { provider_retry_after_ms: 86_400_000 } },
    });
    expect(state.error?.message).toContain('It asks for 86400 s of patience');
    expect(world.simulator.requests).toHaveLength(1);
  });
});

describe('a memory that does not answer in time', () => {
  beforeEach(() => worldWith({ SWITCHYARD_RECALL_MS: '50' }));
  afterEach(() => world.close());

  it('is waited for as long as the setting says; then the run goes on and its journal says why it knows nothing', async () => {
    world.surroundings.recall = () => new Promise(() => undefined);
    world.simulator.enqueue({ text: 'Hello.' });
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Hi'));
    expect(state.output).toBe('Hello.');
    expect(events[1]?.body).toMatchObject({
      case: 'inputAppended',
      value: { source: 'memory', messages: [], error: { code: 'rpc.timeout', retryable: true } },
    });
  });
});

describe('a model endpoint that says nothing', () => {
  beforeEach(() => worldWith({ SWITCHYARD_MODEL_FIRST_BYTE_MS: '200' }));
  afterEach(() => world.close());

  it('ends the run as failed with the cause after its attempts', async () => {
    world.simulator.setFault({ fault: 'hang' });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state.error).toMatchObject({ code: 'model.timeout.first_byte', details: { attempts: 2 } });
    expect(world.simulator.requests).toHaveLength(2);
  });
});

describe('a tool call that takes long', () => {
  beforeEach(() => worldWith({ SWITCHYARD_TOOL_WAIT_MS: '500' }));
  afterEach(() => world.close());

  it('parks the run, goes to the queue under the same id, and its result wakes the run', async () => {
    const settled = new Set<string>();
    world.surroundings.tool = ({ callId }) => {
      if (!settled.has(callId)) return new Promise(() => undefined);
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }], repeatedCall: true };
    };
    world.simulator.enqueue(call(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    const parked = await world.until(runId, ({ state }) => state.parked !== null);
    await world.queueEmpty();
    const [work] = await waitFor(async () => {
      const found = await world.toolWork();
      return found.length > 0 ? found : undefined;
    });
    const callId = parked.state.openCalls[0]?.callId ?? '';
    expect(parked.state).toMatchObject({ status: 'waiting', parked: { reason: 'tool', callIds: [callId] } });
    expect(work?.call).toMatchObject({
      callId,
      runId,
      tool: 'calculator',
      backend: 'simulator',
      arguments: { expression: '2+2' },
    });
    expect((await world.stored('TOOL')).map(({ id }) => id)).toEqual([callId]);

    settled.add(callId);
    await world.wake(runId, 'tool_settled');
    const { state, events } = await world.ended(runId);
    expect(state).toMatchObject({ status: 'completed', output: 'Four.', toolCalls: 1 });
    expect(typesOf(events).slice(3)).toEqual([
      'RunParked',
      'RunResumed',
      'ToolCallSettled',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect(world.simulator.requests).toHaveLength(2);
  });

  it('is on the queue again when a wake-up found it still open, and the journal does not grow', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(call());
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    const parked = await world.until(runId, ({ state }) => state.parked !== null);
    await world.wake(runId, 'reconciled');
    await waitFor(async () => (await world.toolWork()).length === 2, { describe: 'the call to be queued again' });
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(parked.state);
  });

  it('is waited for no longer than the run may take', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(call());
    await world.startExecutor();
    const runId = await world.accept('2+2?', { limits: { seconds: 2 } });
    await world.until(runId, ({ state }) => state.parked !== null);
    await waitFor(async () => {
      const { state } = await world.store.load(runId);
      return Date.now() > Date.parse(state.createdAt) + 2_000;
    });
    await world.wake(runId, 'reconciled');
    const { state } = await world.ended(runId);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'run.limit_exceeded' } });
    expect(state.error?.details).toMatchObject({ limit: 'seconds' });
  });

  it('keeps what the other calls of the turn gave', async () => {
    world.surroundings.tool = ({ callId, arguments: args }) =>
      args?.['expression'] === 'fast'
        ? { callId, status: 'ok', content: [{ type: 'text', text: 'quick' }] }
        : new Promise(() => undefined);
    world.simulator.enqueue({
      calls: ['fast', 'late'].map((expression) => ({ name: 'calculator', arguments: { expression } })),
    });
    await world.startExecutor();
    const { state } = await world.until(await world.accept('both'), (run) => run.state.parked !== null);
    expect(state.openCalls.map(({ result }) => result !== null)).toEqual([true, false]);
    expect(state.parked?.callIds).toEqual([state.openCalls[1]?.callId]);
  });

  it('is not waited for where the tool is known to be slow, or where no tool host runs', async () => {
    world.surroundings.tools = world.surroundings.tools.map((tool) => ({ ...tool, slow: true }));
    world.simulator.enqueue(call(), call());
    await world.startExecutor();
    await world.until(await world.accept('slow'), (run) => run.state.parked !== null);
    expect(world.toolCalls).toEqual([]);

    world.surroundings.tools = world.surroundings.tools.map((tool) => ({ ...tool, slow: false, pool: 'nobody' }));
    // Another list of names is asked for anew.
    world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'calculator'] };
    world.forgetAgents();
    await world.until(await world.accept('nobody'), (run) => run.state.parked !== null);
    await waitFor(
      async () => (await world.stored('TOOL')).map(({ subject }) => subject.split('.')[2]).join() === 'default,nobody',
    );
  });

  it('whose outcome nobody knows waits visibly for a decision and is not queued', async () => {
    let outcome = 'unknown';
    world.surroundings.tool = ({ callId }) => ({
      callId,
      status: outcome,
      content: outcome === 'ok' ? [{ type: 'text', text: 'sent' }] : [],
    });
    world.simulator.enqueue(call(), { text: 'Sent.' });
    await world.startExecutor();
    const runId = await world.accept('send it');
    const { state } = await world.until(runId, (run) => run.state.parked !== null);
    expect(state.parked).toMatchObject({ reason: 'unknown', callIds: [state.openCalls[0]?.callId] });
    await world.queueEmpty();
    expect(await world.toolWork()).toEqual([]);
    outcome = 'ok';
    await world.wake(runId, 'resumed');
    expect((await world.ended(runId)).state.output).toBe('Sent.');
  });

  it('that a person has to approve is asked for only when it was approved', async () => {
    await world.startExecutor();
    const waiting: RunEventBodyInit[] = [
      {
        case: 'modelTurnCompleted',
        value: {
          turn: 1,
          message: {
            role: 'assistant',
            parts: [{ type: 'tool_call', id: 'call_a', name: 'calculator', arguments: {} }],
          },
        },
      },
      { case: 'toolCallsRequested', value: { calls: [{ callId: 'call_a', tool: 'calculator', pool: 'default' }] } },
      { case: 'approvalRequested', value: { callId: 'call_a', tool: 'calculator' } },
      { case: 'runParked', value: { reason: 'approval', callIds: ['call_a'] } },
    ];
    const runId = await world.accept('pay', { more: waiting });
    await world.queueEmpty();
    const { state } = await world.store.load(runId);
    expect(state.parked).toMatchObject({ reason: 'approval', callIds: ['call_a'] });
    await world.store.append(state, [
      { body: { case: 'approvalResolved', value: { callId: 'call_a', decision: 'denied' } }, actor: 'user:ann' },
    ]);
    world.simulator.enqueue({ text: 'Then not.' });
    await world.wake(runId, 'resumed');
    const { events } = await world.ended(runId);
    expect(world.toolCalls).toEqual([]);
    const after = events.slice(events.findIndex(({ body }) => body.case === 'approvalResolved') + 1);
    expect(typesOf(after).slice(0, 2)).toEqual(['RunResumed', 'ToolCallSettled']);
    expect(after[1]?.body.value).toMatchObject({ result: { error: { code: 'tool.denied' } } });
  });
});

describe('a cancel', () => {
  beforeEach(() =>
    worldWith({
      SWITCHYARD_TOOL_WAIT_MS: '20000',
    }),
  );
  afterEach(() => world.close());

  it('in the middle of an answer stops the model at once, and nothing follows', async () => {
    const deltas = world.deltas();
    // Minutes of words, so that only a cancel ends them while this waits.
    world.simulator.enqueue({ text: 'word '.repeat(5_000), fault: { fault: 'slow', delayMs: 50 } });
    await world.startExecutor();
    const runId = await world.accept('Talk');
    await waitFor(() => deltas.length > 2);
    const { state } = await cancel(runId);
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    const said = deltas.length;
    await world.bus.nc.flush();
    expect(deltas.length).toBe(said);
  });

  it('in the middle of a tool call gives the call up, and nothing follows', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(call());
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await cancel(runId);
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    expect(await world.toolWork()).toEqual([]);
  });

  it('whose notice was lost still wins: what the executor had is dropped', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await world.store.load(runId);
    const cancelled = await world.store.append(state, [{ body: { case: 'runCancelled', value: {} }, actor: 'router' }]);
    held.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('that comes while the definitions of the tools are long in coming keeps the calls from being asked for, though nobody tells it', async () => {
    world.simulator.enqueue(call(), { text: 'Four.' });
    const executor = await world.startExecutor();
    const tools = executor.app.get(ToolsService, { strict: false });
    const list = tools.list.bind(tools);
    const answered = gate();
    let asked = 0;
    // Once for the turn, once more for its calls: the second answer is lost, and the known list used when the time is up.
    tools.list = async (...parameters) => {
      asked += 1;
      if (asked === 2) await answered.opened;
      return list(...parameters);
    };
    const runId = await world.accept('2+2');
    await waitFor(() => asked === 2);
    const since = performance.now();
    const body: RunEventBodyInit = { case: 'runCancelled', value: {} };
    const { state } = await world.store.load(runId);
    const cancelled = await world.store.append(state, [{ body, actor: 'router' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    answered.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect([world.toolCalls, await world.toolWork(), await world.deadLetters()]).toEqual([[], [], []]);
  });

  it('that comes while its executor is paused after a commit keeps the calls from being asked for, though nobody tells it', async () => {
    world.simulator.enqueue(call(), { text: 'Four.' });
    const executor = await world.startExecutor();
    const store = executor.app.get(JournalStore, { strict: false });
    const append = store.append.bind(store);
    const resumed = gate();
    let committed: Appended | undefined;
    // As a process meets it that is stopped while the answer to its commit is on the way.
    store.append = async (...parameters) => {
      const appended = await append(...parameters);
      if (!appended.events.some(({ body }) => body.case === 'toolCallsRequested')) return appended;
      committed = appended;
      await resumed.opened;
      return appended;
    };
    const runId = await world.accept('2+2');
    const paused = await waitFor(() => committed);
    const since = performance.now();
    const body: RunEventBodyInit = { case: 'runCancelled', value: {} };
    const cancelled = await world.store.append(paused.state, [{ body, actor: 'router' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    resumed.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect([world.toolCalls, await world.toolWork(), await world.deadLetters()]).toEqual([[], [], []]);
  });

  it('that no journal confirms does not end the run', async () => {
    const first = gate();
    world.surroundings.tool = async ({ callId }) => {
      if (world.toolCalls.length === 1) await first.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    world.bus.emit(world.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant: 'default', runId });
    expect((await world.ended(runId)).state.output).toBe('Four.');
    first.open();
  });
});

describe('two executors and a journal', () => {
  beforeEach(() => worldWith({ SWITCHYARD_TOOL_WAIT_MS: '20000' }));
  afterEach(() => world.close());

  it('the one that comes too late drops what it did, and the run ends once', async () => {
    const bothAsked = gate();
    world.surroundings.tool = async ({ callId }: ToolCall) => {
      if (world.toolCalls.length === 2) bothAsked.open();
      await bothAsked.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four.' }, { text: 'Four.' });
    await world.startExecutor(1);
    await world.startExecutor(1);
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    // A second message for the run in hand: the executor that holds it is busy, the other one takes it.
    await world.wake(runId, 'reconciled');
    const { events } = await world.ended(runId);
    await world.queueEmpty();
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      'ModelTurnCompleted',
      'ToolCallsRequested',
      'ToolCallSettled',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect((await world.store.load(runId)).events).toHaveLength(6);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('a turn that the other one journaled is not asked for by the one that read the journal before, however late it gets there', async () => {
    const executor = await world.startExecutor();
    const store = executor.app.get(JournalStore, { strict: false });
    const load = store.loadState.bind(store);
    const resumed = gate();
    let loaded: RunState | undefined;
    // As a process meets it that is stopped, or waits for something else, before it asks the model.
    store.loadState = async (runId) => {
      const state = await load(runId);
      if (loaded) return state;
      loaded = state;
      await resumed.opened;
      return state;
    };
    const runId = await world.accept('2+2');
    const paused = await waitFor(() => loaded);
    const since = performance.now();
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'Four.' }] };
    const turn = { turn: 1, message, backend: paused.backend, finishReason: 'stop' };
    const body: RunEventBodyInit = { case: 'modelTurnCompleted', value: turn };
    const advanced = await world.store.append(paused, [{ body, actor: 'executor' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    resumed.open();
    await world.queueEmpty();
    expect(world.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect((await world.store.load(runId)).state).toEqual(advanced.state);
  });

  it('what the user adds meanwhile is read, and the run goes on with it', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four, as ever.' }, { text: 'Four, quickly.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await world.store.load(runId);
    await world.store.append(state, [
      {
        body: {
          case: 'inputAppended',
          value: { source: 'user', messages: [{ role: 'user', parts: [{ type: 'text', text: 'Quick!' }] }] },
        },
        actor: 'router',
      },
    ]);
    held.open();
    const ended = await world.ended(runId);
    // Nobody told the executor: the turn that was asked for without it is kept, and is not the last.
    const roles = ended.state.messages.map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant', 'user', 'assistant']);
    expect(ended.state.output).toBe('Four, quickly.');
    expect(JSON.stringify(world.simulator.requests.at(-1)?.body)).toContain('Quick!');
  });

  it('a crash between commit and publication: the redelivery publishes the same ids, and asks no model again', async () => {
    world.simulator.enqueue({ text: 'Once.' });
    const first = await world.startExecutor();
    const runId = await world.accept('Hi');
    const { state } = await world.ended(runId);
    await world.queueEmpty();
    await first.stop();
    // As if the process had died after its commit: nothing published, nothing marked, the message never acknowledged.
    const manager = await world.bus.js.jetstreamManager(false);
    await manager.streams.delete(`${world.bus.prefix.toUpperCase()}_EVENTS`);
    await ensureStreams(world.bus);
    await sql(world.dataSource, `UPDATE journal.runs SET published = '{}', settled = false WHERE run_id = $1`, [runId]);
    await world.wake(runId, 'accepted');
    const consumer = await world.bus.js.consumers.get(`${world.bus.prefix.toUpperCase()}_EXEC`, 'exec-simulator');
    (await consumer.next())?.nak();
    await world.startExecutor();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    expect(world.simulator.requests).toHaveLength(1);
    expect((await world.stored('EVENTS')).map(({ id }) => id)).toEqual([1, 2, 3].map((seq) => `${runId}:${seq}`));
    await waitFor(async () => (await world.store.unpublished(new Date(Date.now() + 60_000), 10)).length === 0);
  });

  it('a stop hands the run back, and another executor finishes it without asking twice for what was journaled', async () => {
    const stuck = gate();
    world.surroundings.tool = async ({ callId }) => {
      if (world.toolCalls.length === 1) await stuck.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four.' });
    const first = await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const stopping = first.stop();
    await world.startExecutor();
    const { state } = await world.ended(runId);
    await stopping;
    stuck.open();
    expect(state).toMatchObject({ status: 'completed', output: 'Four.', turns: 2 });
    expect(new Set(world.toolCalls.map(({ callId }) => callId)).size).toBe(1);
  });

  it('a journal that is no legal run becomes a dead letter with its place', async () => {
    await world.startExecutor();
    const until = timestampFromDate(new Date(Date.now() + 3_600_000));
    const runId = await world.accept('Hi', {
      more: [{ case: 'runParked', value: { reason: 'retry', attempts: 1, until } }],
    });
    await world.queueEmpty();
    await sql(
      world.dataSource,
      `INSERT INTO journal.events SELECT run_id, 3, tenant, type, time, actor, trace_id, jsonb_set(data, '{seq}', '3')
       FROM journal.events WHERE run_id = $1 AND seq = 2`,
      [runId],
    );
    await world.wake(runId, 'resumed');
    const [letter] = await waitFor(async () => {
      const letters = await world.deadLetters();
      return letters.length > 0 ? letters : undefined;
    });
    expect(letter).toMatchObject({ kind: 'exec', runId, seq: 2, cause: { code: 'journal.illegal' } });
  });

  it('work for a run that does not exist, or of another tenant, becomes a dead letter', async () => {
    await world.startExecutor();
    await world.wake('run_none', 'accepted');
    await waitFor(async () => (await world.deadLetters())[0]?.cause?.code === 'run.not_found');
  });

  it('work that came to the wrong backend is passed on', async () => {
    await world.startExecutor();
    const runId = await world.accept('Hi', {
      more: [{ case: 'backendSwitched', value: { from: 'simulator', to: 'other' } }],
    });
    await waitFor(async () =>
      (await world.stored('EXEC')).some(({ subject }) => subject === world.bus.subjects.exec('other', runId)),
    );
    expect((await world.store.load(runId)).state.seq).toBe(2);
  });

  it('the database gone for a moment delays a run and loses nothing', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(), { text: 'Four.' }, { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    await sql(
      world.dataSource,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    held.open();
    expect((await world.ended(runId)).state.output).toBe('Four.');
  });
});

describe('the turn in progress', () => {
  beforeEach(() => worldWith({ SWITCHYARD_MODEL_FIRST_BYTE_MS: '20000', SWITCHYARD_MODEL_IDLE_MS: '20000' }));
  afterEach(() => world.close());

  it('is told by the executor that has the run in hand; deltas go on where it ends; the list says running', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue({
      text: 'one two three four five six seven eight',
      fault: { fault: 'slow', delayMs: 150 },
    });
    await world.startExecutor();
    await world.startExecutor();
    const runId = await world.accept('Count');
    await waitFor(() => deltas.length > 1);
    const partial = await new RpcClient(world.bus).call(ExecutorService.method.getPartial, {
      tenant: 'default',
      runId,
    });
    expect(partial).toMatchObject({ runId, turn: 1, deltas: [{ kind: 'text', offset: 0 }] });
    const text = partial.deltas[0]?.text ?? '';
    expect('one two three four five six seven eight'.startsWith(text)).toBe(true);
    await waitFor(async () => (await world.store.findRun(runId))?.status === 'running', {
      describe: 'the list to say running',
    });
    const { state } = await world.ended(runId);
    const rest = deltas.filter((delta) => delta.offset >= text.length).map((delta) => delta.text);
    expect(text + rest.join('')).toBe(state.output);
  });

  it('of a run that nobody has in hand is answered by nobody', async () => {
    await world.startExecutor();
    const answer = new RpcClient(world.bus).call(
      ExecutorService.method.getPartial,
      { tenant: 'default', runId: 'run_none' },
      { timeoutMs: 200 },
    );
    await expect(answer).rejects.toBeInstanceOf(SwitchyardError);
  });
});
