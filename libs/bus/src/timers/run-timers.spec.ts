import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decode, ExecWorkSchema, type ExecWork } from '@switchyard/contracts';
import { asService, currentTraceId, startTelemetry, withSpan } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import type { Bus } from '../bus.js';
import { deleteStreams, messagesIn, Scope, testBus } from '../bus.fixture.js';
import { ensureConsumer } from '../streams/ensure-consumer.js';
import { ensureStreams } from '../streams/ensure-streams.js';
import { streamName } from '../streams/stream-specs.js';
import { execDurable } from '../subjects.js';
import { RunTimers } from './run-timers.js';

const telemetry = startTelemetry({ service: 'test', version: '1.0.0' });
afterAll(() => telemetry.shutdown());
const scope = new Scope();
let bus: Bus;
let timers: RunTimers;
beforeEach(async () => {
  bus = await testBus(scope);
  timers = new RunTimers(bus);
  await consumer();
});
afterEach(() => scope.close());

const consumer = () =>
  ensureConsumer(bus, { kind: 'exec', durable: execDurable('a'), filters: [bus.subjects.exec('a', '*')] });
const soon = (ms: number) => new Date(Date.now() + ms);
const wake = (runId: string, seq: number, at: Date) => timers.wake({ tenant: 't', runId, backend: 'a', seq, at });

interface Fired extends ExecWork {
  subject: string;
  traceparent: string;
}

/** The next work of backend a; undefined where none came in time. */
async function next(expires = 5_000): Promise<Fired | undefined> {
  const taken = await bus.js.consumers.get(streamName(bus.prefix, 'EXEC'), execDurable('a'));
  const message = await taken.next({ expires });
  if (!message) return undefined;
  await message.ackAck();
  const { subject, headers } = message;
  return { ...decode(ExecWorkSchema, message.data), subject, traceparent: headers?.get('traceparent') ?? '' };
}

/** How many messages TIMERS holds of a subject. */
async function timersOn(subject: string): Promise<number> {
  const manager = await bus.js.jetstreamManager(false);
  const { state } = await manager.streams.info(streamName(bus.prefix, 'TIMERS'), { subjects_filter: subject });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

describe('a timer of a run', () => {
  it('gives its work to the executors of its backend, not before its time, and in its trace', async () => {
    const at = soon(400);
    const trace = await asService('test', () =>
      withSpan('parks', {}, async () => {
        await wake('r1', 5, at);
        return currentTraceId();
      }),
    );
    const work = await next();
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(work?.traceparent).toContain(trace);
    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
    expect(work).toMatchObject({
      subject: bus.subjects.exec('a', 'r1'),
      tenant: 't',
      runId: 'r1',
      backend: 'a',
      cause: 'timer',
    });
  });

  it('whose time has passed wakes at once', async () => {
    await timers.wake({ tenant: 't', runId: 'r1', backend: 'a', seq: 5, at: new Date(0), cause: 'reconciled' });
    expect(await next()).toMatchObject({ runId: 'r1', cause: 'reconciled' });
  });

  it('set twice fires once, and a newer one takes its place', async () => {
    const first = soon(300);
    await wake('r1', 5, first);
    await wake('r1', 5, first);
    await wake('r2', 3, first);
    await timers.wake({ tenant: 't', runId: 'r1', backend: 'a', seq: 9, at: soon(600), cause: 'newer' });
    expect(await timersOn(bus.subjects.timer('*'))).toBe(2);
    expect([await next(), await next()].map((work) => [work?.runId, work?.cause])).toEqual([
      ['r2', 'timer'],
      ['r1', 'newer'],
    ]);
    expect(await next(1_000)).toBeUndefined();
  });

  it('that is forgotten does not fire', async () => {
    await wake('r1', 5, soon(60_000));
    await wake('r2', 5, soon(500));
    await timers.forget('r1');
    await timers.forget('nobody');
    expect(await timersOn(bus.subjects.timer('*'))).toBe(1);
    expect(await next()).toMatchObject({ runId: 'r2' });
    expect(await messagesIn(bus, 'EXEC')).toBe(0);
  });

  it('leaves nothing behind: a schedule goes when it fires, what became due goes by itself, one a run at most', async () => {
    for (let seq = 1; seq <= 40; seq += 1) await wake(`r${seq % 4}`, seq, new Date(0));
    await waitFor(async () => (await timersOn(bus.subjects.timer('*'))) === 0, { describe: 'all to fire' });
    expect(await messagesIn(bus, 'TIMERS')).toBeLessThanOrEqual(4);
    const manager = await bus.js.jetstreamManager(false);
    const due = await manager.streams.getMessage(streamName(bus.prefix, 'TIMERS'), {
      last_by_subj: bus.subjects.timerDue('a', 'r1'),
    });
    expect(due?.header.get('Nats-TTL')).toBe('60s');
  });

  it('is refused for a time that cannot be written', async () => {
    await expect(wake('r1', 1, new Date(Number.NaN))).rejects.toMatchObject({ code: 'bus.bad_time' });
    await expect(wake('r1', 1, new Date(8e15))).rejects.toMatchObject({ code: 'bus.bad_time' });
    expect(await messagesIn(bus, 'TIMERS')).toBe(0);
  });

  it('works again after all streams were deleted and made anew', async () => {
    await wake('r1', 1, new Date(0));
    expect(await next()).toMatchObject({ runId: 'r1' });
    await deleteStreams(bus);
    await ensureStreams(bus);
    await consumer();
    await wake('r2', 1, new Date(0));
    expect(await next(30_000)).toMatchObject({ runId: 'r2' });
  });
});

describe('streams of an installation from before timers', () => {
  it('are changed in place, and what waits in them stays', async () => {
    await deleteStreams(bus);
    const manager = await bus.js.jetstreamManager(false);
    const exec = streamName(bus.prefix, 'EXEC');
    const before = { storage: 'file', num_replicas: 1, duplicate_window: 120e9, persist_mode: 'async' } as const;
    await manager.streams.add({
      ...before,
      name: exec,
      subjects: [bus.subjects.exec('*', '*')],
      retention: 'workqueue',
    });
    await manager.streams.add({
      ...before,
      name: streamName(bus.prefix, 'TIMERS'),
      subjects: [`${bus.prefix}.timer.>`],
      retention: 'limits',
      allow_msg_schedules: true,
    });
    await bus.publish(bus.subjects.exec('a', 'waiting'), ExecWorkSchema, {
      tenant: 't',
      runId: 'waiting',
      backend: 'a',
    });
    await ensureStreams(bus);
    await consumer();
    await wake('r1', 1, new Date(0));
    expect([await next(), await next()].map((work) => work?.runId)).toEqual(['waiting', 'r1']);
    const { config } = await manager.streams.info(exec);
    await ensureStreams(bus);
    expect((await manager.streams.info(exec)).config).toEqual(config);
  });
});
