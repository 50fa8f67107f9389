import { AckPolicy } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@switchyard/testing';
import { Scope, testBus } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { ensureConsumer } from '../streams/ensure-consumer.js';
import { streamName } from '../streams/stream-specs.js';
import { MOST_PULLS, PullQueue } from './pull-queue.js';

const scope = new Scope();
let bus: Bus;
let stream: string;
beforeEach(async () => {
  bus = await testBus(scope);
  stream = streamName(bus.prefix, 'EXEC');
  await ensureConsumer(bus, { kind: 'exec', durable: 'a', filters: [bus.subjects.exec('a', '*')] });
});
afterEach(() => scope.close());

const publish = (run: string) => bus.js.publish(bus.subjects.exec('a', run), '{}');

describe('pulling', () => {
  it('gives each message to one who waits, and nothing when the wait is over', async () => {
    const pulls = new PullQueue(bus, stream, 'a', 200);
    await publish('run_1');
    await publish('run_2');
    const deliveries = await Promise.all([pulls.next(), pulls.next(), pulls.next()]);
    const found = deliveries.map((delivery) => delivery?.msg.subject);
    expect(found).toEqual([bus.subjects.exec('a', 'run_1'), bus.subjects.exec('a', 'run_2'), undefined]);
    await Promise.all(deliveries.map((delivery) => delivery?.ack()));
    await pulls.drain();
  });

  it('serves more callers than pulls wait at the server', async () => {
    const pulls = new PullQueue(bus, stream, 'a');
    const waits = Array.from({ length: 3 * MOST_PULLS }, () => pulls.next());
    const manager = await bus.js.jetstreamManager(false);
    const waiting = async () => (await manager.consumers.info(stream, 'a')).num_waiting;
    // The server takes them one by one.
    await waitFor(async () => (await waiting()) >= MOST_PULLS, { describe: 'the pulls to wait at the server' });
    expect(await waiting()).toBe(MOST_PULLS);
    await Promise.all(waits.map((_, index) => publish(`run_${index}`)));
    const deliveries = await Promise.all(waits);
    expect(new Set(deliveries.map((delivery) => delivery?.msg.subject)).size).toBe(3 * MOST_PULLS);
    await Promise.all(deliveries.map((delivery) => delivery?.ack()));
    await pulls.drain();
  });

  it('waits where the server holds as many pulls as it may, and is no failure', async () => {
    const manager = await bus.js.jetstreamManager(false);
    const filter = bus.subjects.exec('b', '*');
    const config = { durable_name: 'b', ack_policy: AckPolicy.Explicit, max_waiting: 1, filter_subject: filter };
    await manager.consumers.add(stream, config);
    const pulls = new PullQueue(bus, stream, 'b');
    const waits = [pulls.next(), pulls.next()];
    expect(await Promise.race(waits)).toBeUndefined();
    await bus.js.publish(bus.subjects.exec('b', 'run_1'), '{}');
    const taken = (await Promise.all(waits)).filter((delivery) => delivery !== undefined);
    expect(taken.map(({ msg }) => msg.subject)).toEqual([bus.subjects.exec('b', 'run_1')]);
    await taken[0]?.ack();
    await pulls.drain();
  });

  it('loses no message that is on its way when it ends: what is not received is free at once', async () => {
    for (let round = 0; round < 20; round++) {
      const pulls = new PullQueue(bus, stream, 'a');
      const waits = Array.from({ length: 4 }, () => pulls.next());
      const published = Promise.all(Array.from({ length: 4 }, (_, index) => publish(`run_${index}`)));
      // Somewhere between before and after the messages, another place each round.
      for (let turn = 0; turn < round; turn++) await Promise.resolve();
      await pulls.drain();
      await published;
      const received = await Promise.all(waits);
      // A message that was lost would stay away for the ack wait, which is six times as long as a pull.
      const later = new PullQueue(bus, stream, 'a');
      const rest = await Promise.all(received.map((delivery) => delivery ?? later.next()));
      const found = rest.map((delivery) => delivery?.msg.subject).sort();
      expect(found).toEqual(Array.from({ length: 4 }, (_, index) => bus.subjects.exec('a', `run_${index}`)));
      await Promise.all(rest.map((delivery) => delivery?.ack()));
      await later.drain();
    }
  });

  it('gives nothing after its end', async () => {
    const pulls = new PullQueue(bus, stream, 'a');
    await pulls.drain();
    await publish('run_1');
    expect(await pulls.next()).toBeUndefined();
  });

  it('notices that the consumer is gone', async () => {
    const pulls = new PullQueue(bus, stream, 'a');
    const waits = [pulls.next(), pulls.next()];
    await bus.nc.flush();
    const manager = await bus.js.jetstreamManager(false);
    await manager.consumers.delete(stream, 'a');
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'bus.pull_failed', retryable: true });
    await expect(pulls.next()).rejects.toMatchObject({ code: 'bus.pull_failed' });
    await pulls.drain();
  });

  it('notices that a pull is answered by nobody', async () => {
    bus.nc.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${stream}.silent`, { callback: () => undefined });
    await bus.nc.flush();
    const pulls = new PullQueue(bus, stream, 'silent', 100);
    await expect(pulls.next()).rejects.toMatchObject({
      code: 'bus.pull_failed',
      message: expect.stringContaining('forgot'),
    });
    await pulls.drain();
  });
});
