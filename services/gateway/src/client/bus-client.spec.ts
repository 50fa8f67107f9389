import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, ensureStreams, type Bus } from '@switchyard/bus';
import { connectSwitchyardBus, type SwitchyardBus } from '@switchyard/client';
import {
  decode,
  DeltaSchema,
  fromValue,
  GiveFeedbackRequestSchema,
  RouterService,
  RunEventSchema,
  SwitchyardError,
  TaskRequestSchema,
  toValue,
  type TaskRequest,
} from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { freshPrefix, testServers, waitFor } from '@switchyard/testing';
import { StubServices } from '../testing/stub-services.fixture.js';

describe('the bus client', () => {
  let bus: Bus;
  let client: SwitchyardBus;
  let taken: TaskRequest[];
  let intake: { unsubscribe(): void };
  let services: StubServices;
  let submitted: TaskRequest[];
  beforeAll(async () => {
    const { natsUrl } = await testServers();
    const prefix = freshPrefix('client');
    bus = await connectBus({
      servers: natsUrl,
      name: 'others',
      prefix,
      logger: createLogger('others', { level: 'silent' }),
    });
    await ensureStreams(bus);
    client = await connectSwitchyardBus({ servers: natsUrl, prefix, tenant: 'acme' });
    taken = [];
    intake = bus.nc.subscribe(bus.subjects.tasks('acme'), {
      callback: (_, { data }) => void taken.push(decode(TaskRequestSchema, data)),
    });
    services = new StubServices(bus);
    submitted = services.answer(RouterService.method.submit, ({ agent, idempotencyKey }) => {
      if (agent === 'nobody') throw new SwitchyardError('agent.not_found', 'No such agent.');
      return { taskId: 't', runId: `run_${idempotencyKey}`, duplicate: idempotencyKey.startsWith('again') };
    });
    await services.settled();
  });
  afterAll(async () => {
    await client.close();
    intake.unsubscribe();
    const manager = await bus.js.jetstreamManager();
    for await (const { config } of manager.streams.list()) {
      if (config.name.startsWith(bus.prefix.toUpperCase())) await manager.streams.delete(config.name);
    }
    await bus.close();
  });
  afterEach(() => {
    taken.length = 0;
  });

  const publish = (
    runId: string,
    seq: number,
    body: Parameters<typeof bus.publish<typeof RunEventSchema>>[2]['body'],
    idempotencyKey = '',
  ): Promise<unknown> => {
    const type = body?.case === undefined ? '' : body.case.charAt(0).toUpperCase() + body.case.slice(1);
    return bus.publish(bus.subjects.event('acme', runId, type), RunEventSchema, {
      tenant: 'acme',
      runId,
      seq,
      idempotencyKey,
      ...(body ? { body } : {}),
    });
  };

  it('publishes a task once under its idempotency key', async () => {
    const task = { agent: 'a', input: toValue('x'), idempotencyKey: 'once' };
    await client.publishTask(task);
    await client.publishTask(task);
    await waitFor(() => taken.length >= 2, { describe: 'both messages' });
    const manager = await bus.js.jetstreamManager();
    const stream = await manager.streams.find(bus.subjects.tasks('acme'));
    const info = await manager.streams.info(stream, { subjects_filter: bus.subjects.tasks('acme') });
    expect(info.state.messages).toBe(1);
  });

  it('publishes feedback once under its id', async () => {
    const said = { runId: 'run_1', value: true, by: 'user:ann', id: 'word' };
    await client.publishFeedback(said);
    await client.publishFeedback(said);
    const manager = await bus.js.jetstreamManager();
    const subject = bus.subjects.feedback('acme');
    const stream = await manager.streams.find(subject);
    const info = await manager.streams.info(stream, { subjects_filter: subject });
    expect(info.state.subjects).toEqual({ [subject]: 1 });
    const stored = await manager.streams.getMessage(stream, { last_by_subj: subject });
    expect(decode(GiveFeedbackRequestSchema, stored?.data ?? '')).toMatchObject({
      ...{ runId: 'run_1', by: 'user:ann', id: 'word' },
      value: toValue(true),
    });
  });

  /** What anybody may publish, and no client can read. */
  const garbage = async (subject: string): Promise<void> => {
    for (const text of ['not JSON', '{"seq":"many"}', '']) await bus.publishText(subject, text);
  };

  it('runs a task and hears its end', async () => {
    const running = client.runTask({ agent: 'a', input: 'x', idempotencyKey: 'k1' }, { timeoutMs: 10_000 });
    await waitFor(() => submitted.some(({ idempotencyKey }) => idempotencyKey === 'k1'));
    await publish('run_other', 2, { case: 'runFailed', value: {} }, 'other');
    await publish('run_k1', 2, { case: 'runCompleted', value: { output: toValue('done') } }, 'k1');
    expect(await running).toMatchObject({ runId: 'run_k1', body: { case: 'runCompleted' } });
  });

  it('rejects with the cause a task that cannot be accepted, and does not wait for its end', async () => {
    const refused = client.runTask({ agent: 'nobody', input: 'x', idempotencyKey: 'k' }, { timeoutMs: 600_000 });
    await expect(refused).rejects.toMatchObject({ code: 'agent.not_found', message: 'No such agent.' });
  });

  it('gives the end of the run that a task had before, also where the bus has forgotten it', async () => {
    services.answer(RouterService.method.getRun, ({ tenant, runId }) => ({ tenant, runId, seq: 7 }));
    const asked = services.answer(RouterService.method.listEvents, ({ runId }) => ({
      events: [{ runId, seq: 7, body: { case: 'runCompleted' as const, value: { output: toValue('long ago') } } }],
    }));
    await services.settled();
    const task = { agent: 'a', input: 'x', idempotencyKey: 'again-1' };
    expect(await client.runTask(task, { timeoutMs: 600_000 })).toMatchObject({
      runId: 'run_again-1',
      body: { case: 'runCompleted' },
    });
    expect(asked).toMatchObject([{ tenant: 'acme', runId: 'run_again-1', afterSeq: 6 }]);
  });

  it('waits for the run that a task has already, where that goes on', async () => {
    services.answer(RouterService.method.getRun, ({ tenant, runId }) => ({ tenant, runId, seq: 1 }));
    const asked = services.answer(RouterService.method.listEvents, ({ runId }) => ({
      events: [{ runId, seq: 1, body: { case: 'runAccepted' as const, value: {} } }],
    }));
    await services.settled();
    const running = client.runTask({ agent: 'a', input: 'x', idempotencyKey: 'again-2' }, { timeoutMs: 10_000 });
    await waitFor(() => asked.length === 1);
    await publish('run_again-2', 2, { case: 'runFailed', value: {} }, 'again-2');
    expect(await running).toMatchObject({ runId: 'run_again-2', body: { case: 'runFailed' } });
  });

  it('reads past what others publish that is no event and no delta', async () => {
    const end = { case: 'runCompleted', value: {} } as const;
    const firstOf = async <T>(messages: AsyncIterable<T>): Promise<T | undefined> => {
      for await (const message of messages) return message;
      return undefined;
    };
    const event = firstOf(client.events({ runId: 'run_g' }));
    const delta = firstOf(client.deltas('run_g'));
    const running = client.runTask({ agent: 'a', input: 'x', idempotencyKey: 'g' }, { timeoutMs: 10_000 });
    // An answer on the client's connection comes after its subscriptions.
    await client.submit({ agent: 'a', input: 'x' });
    await garbage(bus.subjects.event('acme', 'run_g', 'RunCompleted'));
    bus.nc.publish(bus.subjects.stream('acme', 'run_g'), 'not JSON');
    bus.emit(bus.subjects.stream('acme', 'run_g'), DeltaSchema, { runId: 'run_g', turn: 1, kind: 'text', text: 'hi' });
    await publish('run_g', 1, end, 'g');
    expect(await event).toMatchObject({ runId: 'run_g', seq: 1 });
    expect(await delta).toMatchObject({ text: 'hi' });
    expect(await running).toMatchObject({ runId: 'run_g', body: { case: 'runCompleted' } });
    expect(await client.waitForResult('g', { timeoutMs: 10_000 })).toMatchObject({ runId: 'run_g' });
    expect(await firstOf(client.follow('run_g'))).toMatchObject({ seq: 1 });
  });

  it('finds the end of a run that came before anybody waited', async () => {
    await publish('run_k2', 2, { case: 'runCancelled', value: { reason: 'enough' } }, 'k2');
    expect(await client.waitForResult('k2', { timeoutMs: 10_000 })).toMatchObject({
      runId: 'run_k2',
      body: { case: 'runCancelled' },
    });
  });

  it('says that a run did not end in time, and that it goes on', async () => {
    await expect(client.waitForResult('never', { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'run.timeout',
      retryable: true,
    });
    const task = { agent: 'a', input: toValue('x'), idempotencyKey: 'never' };
    await expect(client.runTask(task, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'run.timeout',
      retryable: true,
    });
  });

  it('follows a run from its beginning in order, each entry once, whatever the stream has twice or late', async () => {
    await publish('run_f', 1, { case: 'runAccepted', value: {} });
    await publish('run_f', 3, { case: 'runResumed', value: {} });
    await publish('run_f', 1, { case: 'runAccepted', value: {} });
    const following = (async () => {
      const seqs: number[] = [];
      for await (const event of client.follow('run_f')) seqs.push(event.seq);
      return seqs;
    })();
    await publish('run_f', 2, { case: 'runParked', value: {} });
    await publish('run_f', 4, { case: 'runCompleted', value: {} });
    expect(await following).toEqual([1, 2, 3, 4]);
  });

  it('asks the router, and throws what it says', async () => {
    const asked = services.answer(RouterService.method.submit, ({ agent }) => {
      if (agent === 'b') throw new SwitchyardError('agent.not_found', 'No such agent.');
      return { taskId: 't', runId: 'r' };
    });
    expect((await client.submit({ agent: 'a', input: toValue('x') })).runId).toBe('r');
    expect(asked[0]?.tenant).toBe('acme');
    await expect(client.submit({ agent: 'b', input: toValue('x') })).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it('takes the input as plain JSON too', async () => {
    const asked = services.answer(RouterService.method.submit, () => ({ taskId: 't', runId: 'r' }));
    for (const input of ['text', 7, null, { kind: 'order', items: [1, true] }]) {
      await client.submit({ agent: 'a', input });
      expect(fromValue(asked.at(-1)?.input)).toEqual(input);
    }
    await client.publishTask({ agent: 'a', input: 'published' });
    await waitFor(() => taken.some(({ input }) => fromValue(input) === 'published'));
  });

  it('tells apart why it has no answer', async () => {
    const limit = bus.nc.info?.max_payload ?? 0;
    const large = { agent: 'a', input: 'x'.repeat(limit) };
    const tooLarge = { code: 'task.too_large', retryable: false, details: { bytes: expect.any(Number), limit } };
    await expect(client.submit(large)).rejects.toMatchObject(tooLarge);
    await expect(client.publishTask(large)).rejects.toMatchObject(tooLarge);
    services.answer(RouterService.method.submit, () => undefined);
    const task = { agent: 'a', input: 'x' };
    await expect(client.submit(task)).rejects.toMatchObject({ code: 'bus.timeout', retryable: true });
    services.silence(RouterService.method.submit);
    await services.settled();
    await expect(client.submit(task)).rejects.toMatchObject({ code: 'bus.unavailable', retryable: true });
  }, 15_000);

  it('says which server it cannot reach', async () => {
    await expect(connectSwitchyardBus({ servers: 'nats://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'bus.unreachable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});
