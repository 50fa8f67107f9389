import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExecutorService } from '@switchyard/contracts';
import { RpcClient } from '@switchyard/bus';
import { waitFor } from '@switchyard/testing';
import { patientWorld } from './patient-world.fixture.js';
import { firstTurnOf, lastBodyOf, type World } from './world.fixture.js';

let world: World;

describe('a model endpoint', () => {
  beforeEach(async () => {
    world = await patientWorld();
  });
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
  beforeEach(async () => {
    world = await patientWorld({ SWITCHYARD_RECALL_MS: '50' });
  });
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
  beforeEach(async () => {
    world = await patientWorld({ SWITCHYARD_MODEL_FIRST_BYTE_MS: '200' });
  });
  afterEach(() => world.close());

  it('ends the run as failed with the cause after its attempts', async () => {
    world.simulator.setFault({ fault: 'hang' });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state.error).toMatchObject({ code: 'model.timeout.first_byte', details: { attempts: 2 } });
    expect(world.simulator.requests).toHaveLength(2);
  });
});
