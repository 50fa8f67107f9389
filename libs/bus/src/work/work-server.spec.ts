import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type NestInterceptor,
} from '@nestjs/common';
import { ExecWorkSchema, SwitchyardError, type ExecWork } from '@switchyard/contracts';
import { gate, waitFor } from '@switchyard/testing';
import { tap, type Observable } from 'rxjs';
import { deadLetters, messagesIn, Scope, testBus, testService } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { ensureConsumer } from '../streams/ensure-consumer.js';
import { streamName } from '../streams/stream-specs.js';
import type { ConsumerSpec } from './consumer-spec.js';
import { parseDelivery } from './delivery.js';
import type { WorkContext } from './work-context.js';
import { WorkServer, type WorkServerOptions } from './work-server.js';
import { Work } from './work.decorator.js';

type Handle = (message: ExecWork, context: WorkContext) => Promise<void>;

/** What the controller below does with each message; set by each test. */
class Script {
  constructor(readonly handle: Handle) {}
}

@Controller()
class ExecController {
  constructor(@Inject(Script) private readonly script: Script) {}

  @Work('exec', ExecWorkSchema)
  handle(message: ExecWork, context: WorkContext): Promise<void> {
    return this.script.handle(message, context);
  }
}

@Controller()
class SecondExecController {
  @Work('exec', ExecWorkSchema)
  async handle(): Promise<void> {
    await Promise.resolve();
  }
}

const scope = new Scope();
let bus: Bus;
beforeEach(async () => {
  bus = await testBus(scope);
});
afterEach(() => scope.close());

const consumer = (options: Partial<ConsumerSpec> = {}): ConsumerSpec => ({
  kind: 'exec',
  durable: 'backend-a',
  filters: [bus.subjects.exec('a', '*')],
  concurrency: 2,
  ...options,
});

async function serve(handle: Handle, consumers = [consumer()], options: WorkServerOptions = {}) {
  const server = new WorkServer(bus, { consumers, graceMs: 5_000, ...options });
  const { stop } = await testService(scope, server, {
    controllers: [ExecController],
    providers: [{ provide: Script, useValue: new Script(handle) }],
  });
  return { server, stop };
}

const work = (run: string, backend = 'a') => ({ tenant: 'default', runId: run, backend, cause: 'accepted' });
const publish = (run: string, backend = 'a') =>
  bus.publish(bus.subjects.exec(backend, run), ExecWorkSchema, work(run, backend));
/** Shorter than the ack wait (30 s): a message that was not handed back is not there in time. */
const BEFORE_ACK_WAIT_MS = 20_000;
const empty = () =>
  waitFor(async () => (await messagesIn(bus, 'EXEC')) === 0, {
    timeoutMs: BEFORE_ACK_WAIT_MS,
    describe: 'EXEC to be empty',
  });

/** What the handlers of this bus answer from now on; other tests share the server. */
function answers(): string[] {
  const given: string[] = [];
  const stream = streamName(bus.prefix, 'EXEC');
  bus.nc.subscribe('$JS.ACK.>', {
    callback: (_, msg) => {
      if (parseDelivery(msg.subject).stream === stream) given.push(msg.string());
    },
  });
  return given;
}

describe('work from JetStream', () => {
  it('reaches its handler decoded, with its circumstances, and is acknowledged when the handler returns', async () => {
    const seen: [ExecWork, WorkContext][] = [];
    await serve(async (message, context) => void seen.push([message, context]));
    await bus.publish(bus.subjects.exec('a', 'run_1'), ExecWorkSchema, work('run_1'), {
      msgId: 'run_1:1',
      headers: { Note: 'x' },
    });
    await empty();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toMatchObject({ runId: 'run_1', backend: 'a', cause: 'accepted' });
    expect(seen[0]?.[1]).toMatchObject({
      kind: 'exec',
      subject: bus.subjects.exec('a', 'run_1'),
      delivery: 1,
      streamSeq: 1,
      msgId: 'run_1:1',
      headers: expect.objectContaining({ Note: 'x' }),
    });
    expect(Math.abs(Date.now() - (seen[0]?.[1].timestamp.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it.each([undefined, true, false])(
    'asks for the word of the server on its acknowledgement, unless it needs none: %s',
    async (confirmsAcks) => {
      const asked: boolean[] = [];
      const stream = streamName(bus.prefix, 'EXEC');
      bus.nc.subscribe('$JS.ACK.>', {
        callback: (_, msg) => {
          if (parseDelivery(msg.subject).stream === stream) asked.push(msg.reply !== undefined && msg.reply !== '');
        },
      });
      await serve(async () => undefined, [consumer(confirmsAcks === undefined ? {} : { confirmsAcks })]);
      await publish('run_1');
      await empty();
      expect(asked).toEqual([confirmsAcks ?? true]);
    },
  );

  it('never runs more handlers at once than the concurrency allows', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const go = gate();
    await serve(async () => {
      most = Math.max(most, ++running);
      await go.opened;
      running--;
      done++;
    }, [consumer({ concurrency: 3 })]);
    await Promise.all(Array.from({ length: 20 }, (_, index) => publish(`run_${index}`)));
    await waitFor(() => running === 3);
    go.open();
    await waitFor(() => done === 20);
    expect(most).toBe(3);
    await empty();
  });

  it('never has more in hand than the limit of the whole fleet, however many processes work', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const go = gate();
    const handle = async () => {
      most = Math.max(most, ++running);
      await go.opened;
      running--;
      done++;
    };
    const spec = consumer({ concurrency: 4, maxAckPending: 2 });
    await serve(handle, [spec]);
    await serve(handle, [spec]);
    await Promise.all(Array.from({ length: 10 }, (_, index) => publish(`run_${index}`)));
    await waitFor(() => running === 2);
    go.open();
    await waitFor(() => done === 10);
    expect(most).toBe(2);
  });

  it('stays with one handler however long it takes, because it is kept alive', async () => {
    let calls = 0;
    const go = gate();
    await serve(async () => {
      calls++;
      await go.opened;
    }, [consumer({ ackWaitMs: 3_000 })]);
    const signs = answers();
    await publish('run_1');
    // More of them than the ack wait alone has room for.
    await waitFor(() => signs.filter((sign) => sign === '+WPI').length >= 5, { describe: 'five signs of life' });
    const manager = await bus.js.jetstreamManager(false);
    const info = await manager.consumers.info(streamName(bus.prefix, 'EXEC'), 'backend-a');
    expect(info).toMatchObject({ num_ack_pending: 1, num_redelivered: 0 });
    go.open();
    await empty();
    expect(calls).toBe(1);
  });

  it('comes again with a growing delay after a retryable failure, until it succeeds', async () => {
    const given = answers();
    await serve(async (_, context) => {
      if (context.delivery < 3) throw new SwitchyardError('model.overloaded', 'Busy', { retryable: true });
    });
    await publish('run_1');
    await empty();
    expect(given).toEqual(['-NAK {"delay":500000000}', '-NAK {"delay":1000000000}', '+ACK']);
    expect(await deadLetters(bus)).toEqual([]);
  });

  it('comes again when the error says so', async () => {
    const given = answers();
    await serve(async (_, context) => {
      const details = { retry_after_ms: 50 };
      if (context.delivery < 4) throw new SwitchyardError('model.rate_limited', 'Wait', { retryable: true, details });
    });
    await publish('run_1');
    await empty();
    expect(given.filter((answer) => answer.startsWith('-NAK'))).toEqual(Array(3).fill('-NAK {"delay":50000000}'));
  });

  it('becomes a dead letter with its cause when the failure is terminal', async () => {
    let calls = 0;
    await serve(async (_, context) => {
      calls++;
      context.lastRead(7);
      throw new SwitchyardError('run.not_found', 'No such run', { details: { run: 'run_1' } });
    });
    await publish('run_1');
    await empty();
    expect(calls).toBe(1);
    expect(await deadLetters(bus)).toMatchObject([
      {
        kind: 'exec',
        id: 'run_1',
        runId: 'run_1',
        subject: bus.subjects.exec('a', 'run_1'),
        cause: { code: 'run.not_found', message: 'No such run', retryable: false, details: { run: 'run_1' } },
        payload: expect.stringContaining('"run_id":"run_1"'),
        payloadBase64: false,
        deliveries: 1,
        seq: 7,
      },
    ]);
  });

  it('becomes a dead letter with its cause when it failed too often, even for an unforeseen reason', async () => {
    let calls = 0;
    await serve(async () => {
      calls++;
      throw new TypeError('undefined is not a function');
    }, [consumer({ maxDeliver: 2 })]);
    await publish('run_1');
    await empty();
    expect(calls).toBe(2);
    expect(await deadLetters(bus)).toMatchObject([
      { id: 'run_1', deliveries: 2, cause: { code: 'internal', message: 'undefined is not a function' } },
    ]);
  });

  it('is no dead letter because the database was away, however often it was tried; a stop hands it back', async () => {
    const deliveries: number[] = [];
    const away = new SwitchyardError('database.unavailable', 'Away', { retryable: true });
    const { stop } = await serve(
      async (_, { delivery }) => {
        deliveries.push(delivery);
        await Promise.reject(away);
      },
      [consumer({ maxDeliver: 2 })],
    );
    await publish('run_1');
    await waitFor(() => deliveries.length >= 4, { describe: 'four tries' });
    expect(deliveries.slice(0, 4)).toEqual([1, 2, 3, 4]);
    await stop();
    expect(await deadLetters(bus)).toEqual([]);
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
    const seen: number[] = [];
    await serve(async (_, { delivery }) => void seen.push(delivery), [consumer({ maxDeliver: 2 })]);
    await empty();
    expect(seen).toEqual([2]);
  });

  it('becomes a dead letter, untried, when every process that took it died', async () => {
    const spec = consumer({ maxDeliver: 1 });
    await publish('run_1');
    await ensureConsumer(bus, spec);
    const raw = await bus.js.consumers.get(streamName(bus.prefix, 'EXEC'), spec.durable);
    for (let died = 0; died < 6; died++) (await raw.next())?.nak();
    let calls = 0;
    await serve(async () => void calls++, [spec]);
    await empty();
    expect(calls).toBe(0);
    expect(await deadLetters(bus)).toMatchObject([{ id: 'run_1', deliveries: 7, cause: { code: 'work.exhausted' } }]);
  });

  it.each([
    ['not JSON', 'certainly not', 'contract.malformed', false],
    ['not UTF-8', new Uint8Array([0xff, 0xfe]), 'contract.malformed', true],
    ['a missing field', '{"tenant":"t"}', 'contract.invalid', false],
    ['nothing', '', 'contract.invalid', false],
  ])('becomes a dead letter, without a handler seeing it, when the message is %s', async (_, body, code, base64) => {
    let calls = 0;
    await serve(async () => void calls++);
    await bus.js.publish(bus.subjects.exec('a', 'run_1'), body);
    await publish('run_2');
    await empty();
    expect(calls).toBe(1);
    expect(await deadLetters(bus)).toMatchObject([
      { kind: 'exec', id: 'run_1', cause: { code }, payloadBase64: base64 },
    ]);
  });

  it('is handled without what only a newer version knows, while versions roll', async () => {
    const seen: object[] = [];
    await serve(async (work) => void seen.push(work));
    const newer = { tenant: 't', run_id: 'r', backend: 'a', surprise: 1 };
    await bus.js.publish(bus.subjects.exec('a', 'run_1'), JSON.stringify(newer));
    await empty();
    expect(seen).toMatchObject([{ tenant: 't', runId: 'r', backend: 'a' }]);
    expect(await deadLetters(bus)).toEqual([]);
  });

  it('keeps the cause of a message that is too large to quote', async () => {
    await serve(async () => undefined);
    // Quoted, each character takes two bytes.
    const length = Math.floor(0.9 * (bus.nc.info?.max_payload ?? 0));
    await bus.js.publish(bus.subjects.exec('a', 'run_1'), '"'.repeat(length));
    await empty();
    expect(await deadLetters(bus)).toMatchObject([
      { id: 'run_1', cause: { code: 'contract.malformed' }, payload: expect.stringContaining('too large') },
    ]);
  });

  it('waits where no consumer takes it, and is taken once one is added', async () => {
    const seen: string[] = [];
    const { server } = await serve(async (message) => void seen.push(message.runId), []);
    await publish('run_1', 'b');
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
    await server.addConsumer(consumer({ durable: 'backend-b', filters: [bus.subjects.exec('b', '*')] }));
    await empty();
    expect(seen).toEqual(['run_1']);
  });

  it('waits again after its consumer was removed', async () => {
    const seen: string[] = [];
    const { server } = await serve(async (message) => void seen.push(message.runId));
    await publish('run_1');
    await empty();
    await server.removeConsumer('backend-a');
    await publish('run_2');
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
    expect(server.consumers()).toEqual([]);
    await server.addConsumer(consumer());
    await empty();
    expect(seen).toEqual(['run_1', 'run_2']);
  });

  it('is not disturbed when its consumer is added again as it is', async () => {
    const go = gate();
    let begun = 0;
    const { server } = await serve(async () => {
      begun++;
      await go.opened;
    });
    await publish('run_1');
    await waitFor(() => begun === 1);
    await server.addConsumer(consumer());
    await publish('run_2');
    await waitFor(() => begun === 2);
    go.open();
    await empty();
    expect(server.consumers()).toEqual([consumer()]);
  });

  it('rests while its consumer is paused', async () => {
    const seen: string[] = [];
    const { server } = await serve(async (message) => void seen.push(message.runId));
    await server.pauseConsumer('exec', 'backend-a', new Date(Date.now() + 60_000));
    await publish('run_1');
    const manager = await bus.js.jetstreamManager(false);
    const info = await manager.consumers.info(streamName(bus.prefix, 'EXEC'), 'backend-a');
    expect(info).toMatchObject({ paused: true, num_ack_pending: 0, delivered: { consumer_seq: 0 } });
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
    expect(await server.resumeConsumer('exec', 'backend-a')).toBe(true);
    await empty();
    expect(seen).toEqual(['run_1']);
    expect(await server.resumeConsumer('exec', 'backend-a')).toBe(false);
  });

  it('passes through the interceptors of Nest', async () => {
    const calls: string[] = [];
    @Injectable()
    class Recorder implements NestInterceptor {
      intercept(_: unknown, next: CallHandler): Observable<unknown> {
        calls.push('before');
        return next.handle().pipe(tap(() => calls.push('after')));
      }
    }
    @Controller()
    @UseInterceptors(Recorder)
    class Intercepted {
      @Work('exec', ExecWorkSchema)
      async handle(message: ExecWork): Promise<void> {
        calls.push(message.runId);
        await Promise.resolve();
      }
    }
    await testService(scope, new WorkServer(bus, { consumers: [consumer()] }), { controllers: [Intercepted] });
    await publish('run_1');
    await empty();
    expect(calls).toEqual(['before', 'run_1', 'after']);
  });
});

describe('boot', () => {
  it('fails when a kind of work has two handlers', async () => {
    const server = new WorkServer(bus, { consumers: [consumer()] });
    const boot = testService(scope, server, {
      controllers: [ExecController, SecondExecController],
      providers: [{ provide: Script, useValue: new Script(async () => undefined) }],
    });
    await expect(boot).rejects.toMatchObject({ code: 'work.two_handlers' });
  });

  it('fails when a consumer has no handler', async () => {
    const server = new WorkServer(bus, {
      consumers: [consumer({ kind: 'tool', filters: [bus.subjects.tool('p', '*')] })],
    });
    const boot = testService(scope, server, { controllers: [SecondExecController] });
    await expect(boot).rejects.toMatchObject({ code: 'work.no_handler' });
  });

  it('fails when two consumers of a work queue want the same messages', async () => {
    const consumers = [consumer(), consumer({ durable: 'backend-a2' })];
    await expect(serve(async () => undefined, consumers)).rejects.toMatchObject({ code: 'bus.consumer_overlap' });
  });
});

describe('stop', () => {
  it('lets handlers finish, takes nothing more and loses nothing', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const go = gate();
    const { stop } = await serve(async (message) => {
      begun.push(message.runId);
      await go.opened;
      ended.push(message.runId);
    });
    await Promise.all(['run_1', 'run_2', 'run_3'].map((run) => publish(run)));
    await waitFor(() => begun.length === 2);
    const stopped = stop();
    go.open();
    await stopped;
    expect(ended.sort()).toEqual([...begun].sort());
    expect(begun).toHaveLength(2);
    expect(await messagesIn(bus, 'EXEC')).toBe(1);
  });

  it('aborts handlers after the grace and hands their messages to whoever is free', async () => {
    const reasons: unknown[] = [];
    const { stop } = await serve(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(new SwitchyardError('run.cancelled', 'Stopped'));
          });
        }),
      [consumer({ maxDeliver: 1 })],
      { graceMs: 100 },
    );
    await publish('run_1');
    const manager = await bus.js.jetstreamManager(false);
    await waitFor(
      async () => (await manager.consumers.info(streamName(bus.prefix, 'EXEC'), 'backend-a')).num_ack_pending === 1,
    );
    await stop();
    expect(reasons).toHaveLength(1);

    const taken: number[] = [];
    await serve(async (_, { delivery }) => void taken.push(delivery));
    await empty();
    expect(taken).toEqual([2]);
    expect(await deadLetters(bus)).toEqual([]);
  });

  it('hands back the message of a handler that ignores its signal', async () => {
    const never = gate();
    const { stop } = await serve(() => never.opened, [consumer()], { graceMs: 50 });
    await publish('run_1');
    const manager = await bus.js.jetstreamManager(false);
    await waitFor(
      async () => (await manager.consumers.info(streamName(bus.prefix, 'EXEC'), 'backend-a')).num_ack_pending === 1,
    );
    await stop();
    const taken: number[] = [];
    await serve(async (_, { delivery }) => void taken.push(delivery));
    await waitFor(() => taken.length === 1, { timeoutMs: BEFORE_ACK_WAIT_MS, describe: 'the message to come again' });
    never.open();
  });
});

describe('a lost consumer', () => {
  it('is made again and work goes on', async () => {
    const seen: string[] = [];
    await serve(async (message) => void seen.push(message.runId));
    await publish('run_1');
    await empty();
    const manager = await bus.js.jetstreamManager(false);
    await manager.consumers.delete(streamName(bus.prefix, 'EXEC'), 'backend-a');
    await publish('run_2');
    await empty();
    expect(seen).toEqual(['run_1', 'run_2']);
  });

  it('is made again together with its stream', async () => {
    const seen: string[] = [];
    await serve(async (message) => void seen.push(message.runId));
    const manager = await bus.js.jetstreamManager(false);
    await manager.streams.delete(streamName(bus.prefix, 'EXEC'));
    await waitFor(() => publish('run_1'), { describe: 'the stream to be back' });
    await empty();
    expect(seen).toEqual(['run_1']);
  });
});
