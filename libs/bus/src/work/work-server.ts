import { isDeepStrictEqual } from 'node:util';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { SwitchyardError } from '@switchyard/contracts';
import { lastValueFrom } from 'rxjs';
import type { Bus } from '../bus.js';
import { streamOfKind } from '../streams/stream-specs.js';
import type { StreamOptions } from '../streams/ensure-streams.js';
import type { WorkKind } from '../subjects.js';
import type { ConsumerSpec } from './consumer-spec.js';
import { ConsumerWorker } from './consumer-worker.js';
import type { WorkHandler } from './process-delivery.js';
import { isWorkExtras, WORK_TRANSPORT, type WorkExtras } from './work.decorator.js';

export interface WorkServerOptions {
  /** Work that is taken from the beginning. */
  consumers?: ConsumerSpec[];
  /** How long a stop waits for handlers before it aborts their signal. Default 10,000. */
  graceMs?: number;
  /** How long a message may be in hand without a sign of life, where its consumer says nothing else. Default 30,000. */
  ackWaitMs?: number | undefined;
  /** How lost streams are made again. */
  streams?: StreamOptions;
}

const DEFAULT_GRACE_MS = 10_000;
const SOON_MS = 250;
const NANOS = 1_000_000;

/**
 * JetStream as a transport of Nest: handlers marked with `@Work` run with Nest's pipeline (guards, pipes, interceptors)
 * for each message of the consumers that this server was given.
 */
export class WorkServer extends Server implements CustomTransportStrategy {
  override readonly transportId = WORK_TRANSPORT;
  private readonly found: { extras: WorkExtras; callback: MessageHandler }[] = [];
  private readonly workers = new Map<string, ConsumerWorker>();
  private readonly waiting: ConsumerSpec[];
  private state: 'new' | 'listening' | 'closed' = 'new';

  constructor(
    private readonly bus: Bus,
    private readonly options: WorkServerOptions = {},
  ) {
    super();
    this.waiting = [...(options.consumers ?? [])];
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEvent = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!isWorkExtras(extras)) {
      throw new SwitchyardError('work.bad_handler', `The handler of ${String(pattern)} is not marked with @Work.`);
    }
    this.found.push({ extras, callback });
    super.addHandler(pattern, callback, isEvent, extras);
  }

  /** Fails when a kind of work has two handlers, or a consumer none. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.checkHandlers();
      this.state = 'listening';
      void this.watchConnection();
      await Promise.all(this.waiting.splice(0).map((spec) => this.addConsumer(spec)));
      callback();
    } catch (error) {
      await this.close();
      callback(error);
    }
  }

  /**
   * Takes work from one more consumer; before this listens, it is put down for then. The same durable with
   * other settings replaces it, once what it has in hand is finished; with the same settings nothing changes.
   *
   * @throws SwitchyardError `work.no_handler`, `work.closed`, or what `ensureConsumer` throws
   */
  async addConsumer(consumer: ConsumerSpec): Promise<void> {
    if (this.state === 'new') {
      this.waiting.push(consumer);
      return;
    }
    const { ackWaitMs } = this.options;
    const spec = ackWaitMs === undefined ? consumer : { ackWaitMs, ...consumer };
    this.checkOpen(spec);
    const handler = this.handlerOf(spec.kind);
    if (isDeepStrictEqual(this.workers.get(spec.durable)?.spec, spec)) return;
    await this.removeConsumer(spec.durable);
    // What it had in hand took its time: the service may stop by now, and would not know of the new one.
    this.checkOpen(spec);
    const worker = new ConsumerWorker(this.bus, spec, handler, this.options.streams ?? {});
    this.workers.set(spec.durable, worker);
    try {
      await worker.start();
    } catch (error) {
      this.workers.delete(spec.durable);
      throw error;
    }
  }

  /** Finishes what is in hand and stops; the durable consumer and its messages stay on the server. */
  async removeConsumer(durable: string): Promise<void> {
    const worker = this.workers.get(durable);
    if (!worker) return;
    this.workers.delete(durable);
    await worker.stop(this.options.graceMs ?? DEFAULT_GRACE_MS);
  }

  /** The consumers that are worked on now. */
  consumers(): ConsumerSpec[] {
    return [...this.workers.values()].map(({ spec }) => spec);
  }

  /** Pauses the consumer for every process until then, or for as long as it is paused already: how one 429 backs off the fleet. */
  async pauseConsumer(kind: WorkKind, durable: string, until: Date): Promise<void> {
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = streamOfKind(this.bus.prefix, kind);
    const { paused, pause_remaining: rest = 0 } = await manager.consumers.info(stream, durable);
    if (paused && Date.now() + rest / NANOS >= until.getTime()) return;
    await manager.consumers.pause(stream, durable, until);
  }

  /** Ends a pause for every process. True where there was one; a consumer that is not paused is left alone. */
  async resumeConsumer(kind: WorkKind, durable: string): Promise<boolean> {
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = streamOfKind(this.bus.prefix, kind);
    const { paused } = await manager.consumers.info(stream, durable);
    // nats-server 2.15 wakes the pulls that wait when a pause runs out, not when it is taken back: let it run out soon.
    if (paused) await manager.consumers.pause(stream, durable, new Date(Date.now() + SOON_MS));
    return paused ?? false;
  }

  async close(): Promise<void> {
    this.state = 'closed';
    await Promise.all([...this.workers.keys()].map((durable) => this.removeConsumer(durable)));
  }

  on(): void {
    // This transport has no events of its own; `bus.nc.status()` has the connection's.
  }

  unwrap<T = Bus['nc']>(): T {
    // Nest's signature leaves the type to the caller.
    return this.bus.nc as T;
  }

  private checkOpen({ durable }: ConsumerSpec): void {
    if (this.state !== 'closed') return;
    throw new SwitchyardError('work.closed', `Consumer ${durable} cannot be added: the service stops.`);
  }

  private checkHandlers(): void {
    const kinds = new Set(this.found.map(({ extras }) => extras.kind));
    for (const kind of kinds) {
      const count = this.found.filter(({ extras }) => extras.kind === kind).length;
      if (count > 1) {
        throw new SwitchyardError(
          'work.two_handlers',
          `${count} handlers are marked with @Work('${kind}'): both would answer for each message. Keep one.`,
        );
      }
    }
    for (const { kind } of this.waiting) this.handlerOf(kind);
  }

  private handlerOf(kind: WorkKind): WorkHandler {
    const found = this.found.find(({ extras }) => extras.kind === kind);
    if (!found) {
      throw new SwitchyardError(
        'work.no_handler',
        `A consumer takes "${kind}", but no method of this service is marked with @Work('${kind}').`,
      );
    }
    const { callback, extras } = found;
    return {
      schema: extras.schema,
      handle: async (message, context) =>
        lastValueFrom(this.transformToObservable(await callback(message, context)), { defaultValue: undefined }),
    };
  }

  private async watchConnection(): Promise<void> {
    for await (const status of this.bus.nc.status()) {
      if (status.type !== 'disconnect') continue;
      for (const worker of this.workers.values()) worker.interrupt('the connection was lost');
    }
  }
}
