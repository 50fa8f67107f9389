import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteStreams, Scope, testBus } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { ensureConsumer } from './ensure-consumer.js';
import { ensureStreams } from './ensure-streams.js';
import { STREAMS, streamName } from './stream-specs.js';

const scope = new Scope();
let bus: Bus;
beforeEach(async () => {
  bus = await testBus(scope, { streams: false });
  scope.defer(() => deleteStreams(bus));
});
afterEach(() => scope.close());

const infos = async () => {
  const manager = await bus.js.jetstreamManager(false);
  return Promise.all(STREAMS.map((stream) => manager.streams.info(streamName(bus.prefix, stream))));
};

describe('ensuring the streams', () => {
  it('makes them, and changes nothing the second time', async () => {
    await ensureStreams(bus);
    const first = await infos();
    await ensureStreams(bus);
    const second = await infos();
    expect(second.map(({ config, created }) => [config, created])).toEqual(
      first.map(({ config, created }) => [config, created]),
    );
    expect(first.map(({ config }) => config.persist_mode)).toEqual([
      undefined,
      'async',
      'async',
      'async',
      'async',
      undefined,
    ]);
  });

  it('may be done by all services at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ensureStreams(bus)));
    expect(await infos()).toHaveLength(STREAMS.length);
  });

  it('puts right what has drifted, and leaves the messages', async () => {
    await ensureStreams(bus);
    const manager = await bus.js.jetstreamManager(false);
    const name = streamName(bus.prefix, 'EVENTS');
    await bus.js.publish(bus.subjects.event('t', 'r', 'RunAccepted'), '{}');
    await manager.streams.update(name, { max_age: 0, max_msgs: 12, subjects: [bus.subjects.event('t', '*', '*')] });
    await ensureStreams(bus);
    const { config, state } = await manager.streams.info(name);
    expect(config).toMatchObject({
      max_msgs: 2_000_000,
      max_age: 7 * 86_400 * 1e9,
      subjects: [bus.subjects.event('*', '*', '*')],
    });
    expect(state.messages).toBe(1);
  });

  it('says what cannot be changed and what to do', async () => {
    const manager = await bus.js.jetstreamManager(false);
    const name = streamName(bus.prefix, 'EXEC');
    await manager.streams.add({
      name,
      subjects: [bus.subjects.exec('*', '*')],
      storage: 'memory',
      retention: 'limits',
    });
    await expect(ensureStreams(bus)).rejects.toMatchObject({
      code: 'bus.stream_drift',
      retryable: false,
      message: expect.stringMatching(/storage is "memory", must be "file".*nats stream rm/),
      details: { stream: name, fields: expect.arrayContaining(['storage', 'retention']) },
    });
  });

  it('says that another stream has the subjects', async () => {
    const manager = await bus.js.jetstreamManager(false);
    const name = `OTHER_${bus.prefix}`;
    await manager.streams.add({ name, subjects: [`${bus.prefix}.exec.>`] });
    scope.defer(() => manager.streams.delete(name));
    await expect(ensureStreams(bus)).rejects.toMatchObject({ code: 'bus.stream_overlap' });
  });
});

describe('ensuring a consumer', () => {
  const spec = () => ({ kind: 'exec' as const, durable: 'backend-a', filters: [bus.subjects.exec('a', '*')] });
  beforeEach(() => ensureStreams(bus));

  it('makes it, changes nothing the second time, and puts right what has drifted', async () => {
    const first = await ensureConsumer(bus, spec());
    const again = await ensureConsumer(bus, spec());
    expect(again.created).toBe(first.created);
    expect(again.config).toMatchObject({
      max_ack_pending: 1_000,
      ack_wait: 30e9,
      max_deliver: -1,
      ack_policy: 'explicit',
    });
    const changed = await ensureConsumer(bus, {
      ...spec(),
      filters: [bus.subjects.exec('a', '*'), bus.subjects.exec('b', '*')],
      maxAckPending: 7,
    });
    expect(changed.config).toMatchObject({ max_ack_pending: 7 });
    expect(changed.created).toBe(first.created);
  });

  it('says that another consumer of the queue takes the same', async () => {
    await ensureConsumer(bus, spec());
    await expect(ensureConsumer(bus, { ...spec(), durable: 'other' })).rejects.toMatchObject({
      code: 'bus.consumer_overlap',
    });
  });

  it('refuses names that a subject cannot carry', async () => {
    await expect(ensureConsumer(bus, { ...spec(), durable: 'a.b' })).rejects.toMatchObject({
      code: 'bus.consumer_invalid',
    });
    await expect(ensureConsumer(bus, { ...spec(), filters: [] })).rejects.toMatchObject({
      code: 'bus.consumer_invalid',
    });
  });

  it('says that the stream is missing', async () => {
    await deleteStreams(bus);
    await expect(ensureConsumer(bus, spec())).rejects.toMatchObject({ code: 'bus.no_stream', retryable: true });
  });
});
