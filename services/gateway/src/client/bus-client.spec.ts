import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, ensureStreams, type Bus } from '@switchyard/bus';
import { connectSwitchyardBus, type SwitchyardBus } from '@switchyard/client';
import {
  decode,
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
  let router: { unsubscribe(): void };
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
    router = bus.nc.subscribe(bus.subjects.tasks('acme'), {
      callback: (_, { data }) => void taken.push(decode(TaskRequestSchema, data)),
    });
    await bus.nc.flush();
  });
  afterAll(async () => {
    await client.close();
    router.unsubscribe();
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

  it('runs a task and hears its end', async () => {
    const running = client.runTask({ agent: 'a', input: toValue('x'), idempotencyKey: 'k1' }, { timeoutMs: 10_000 });
    await waitFor(() => taken.some(({ idempotencyKey }) => idempotencyKey === 'k1'));
    await publish('run_other', 2, { case: 'runFailed', value: {} }, 'other');
    await publish('run_k1', 2, { case: 'runCompleted', value: { output: toValue('done') } }, 'k1');
    expect(await running).toMatchObject({ runId: 'run_k1', body: { case: 'runCompleted' } });
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
    const services = new StubServices(bus);
    const asked = services.answer(RouterService.method.submit, ({ agent }) => {
      if (agent === 'b') throw new SwitchyardError('agent.not_found', 'No such agent.');
      return { taskId: 't', runId: 'r' };
    });
    await services.settled();
    expect((await client.submit({ agent: 'a', input: toValue('x') })).runId).toBe('r');
    expect(asked[0]?.tenant).toBe('acme');
    await expect(client.submit({ agent: 'b', input: toValue('x') })).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it('says which server it cannot reach', async () => {
    await expect(connectSwitchyardBus({ servers: 'nats://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'bus.unreachable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});
