import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus.js';
import { ensureConsumer } from '../streams/ensure-consumer.js';
import { ensureStreams, type StreamOptions } from '../streams/ensure-streams.js';
import { streamOfKind } from '../streams/stream-specs.js';
import { backoffMs } from './backoff.js';
import type { ConsumerSpec } from './consumer-spec.js';
import type { Delivery } from './delivery.js';
import { processDelivery, type WorkHandler } from './process-delivery.js';
import { PullQueue } from './pull-queue.js';

/** After their signal was aborted, handlers have this long to end by themselves. */
const AFTER_ABORT_MS = 1_000;
/** Kept short: it also bounds how long a stop waits for this. */
const REPAIR_WAIT_MS = 1_000;

/** Works on one durable consumer: as many loops as handlers may run at once, each taking one message at a time. */
export class ConsumerWorker {
  private pulls: PullQueue | undefined;
  private loops: Promise<void>[] = [];
  private repairing: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private readonly inHand = new Set<Delivery>();
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly bus: Bus,
    readonly spec: ConsumerSpec,
    private readonly handler: WorkHandler,
    private readonly streams: StreamOptions,
  ) {
    // Every message in hand may wait for the one.
    setMaxListeners(0, this.stopping.signal);
  }

  /** @throws SwitchyardError when the consumer cannot be made; then nothing runs */
  async start(): Promise<void> {
    await ensureConsumer(this.bus, this.spec);
    this.pulls = new PullQueue(this.bus, streamOfKind(this.bus.prefix, this.spec.kind), this.spec.durable);
    const pulls = this.pulls;
    this.loops = Array.from({ length: this.spec.concurrency }, () => this.loop(pulls));
  }

  /** The connection was lost: what was asked of the server is forgotten there. */
  interrupt(reason: string): void {
    this.pulls?.interrupt(reason);
  }

  /** Takes no more, waits for handlers, aborts them after the grace, hands back what is unfinished even then. */
  stop(graceMs: number): Promise<void> {
    this.stopped ??= this.finish(graceMs);
    return this.stopped;
  }

  private async finish(graceMs: number): Promise<void> {
    this.stopping.abort();
    const ended = this.pulls?.drain().then(() => Promise.all(this.loops)) ?? Promise.resolve();
    if (await within(graceMs, ended)) return;
    this.aborting.abort(new Error('The process stops and the grace is over'));
    if (await within(AFTER_ABORT_MS, ended)) return;
    for (const delivery of this.inHand) delivery.nak();
    this.bus.logger.warn(
      { consumer: this.spec.durable, unfinished: this.inHand.size },
      'Handlers did not end when they were told to; their messages are handed back',
    );
  }

  private async loop(pulls: PullQueue): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const delivery = await this.next(pulls);
      if (!delivery) continue;
      if (this.stopping.signal.aborted) {
        // It came while this stopped: nothing was begun, another process takes it at once.
        delivery.nak();
        return;
      }
      this.inHand.add(delivery);
      await processDelivery(this.bus, this.spec, this.handler, delivery, {
        stopping: this.stopping.signal,
        aborting: this.aborting.signal,
      });
      this.inHand.delete(delivery);
    }
  }

  private async next(pulls: PullQueue): Promise<Delivery | undefined> {
    try {
      return await pulls.next();
    } catch (error) {
      if (this.stopping.signal.aborted) return undefined;
      this.bus.logger.warn(
        { err: error, consumer: this.spec.durable },
        'Work cannot be taken; looking after the consumer',
      );
      this.repairing ??= this.repair().finally(() => (this.repairing = undefined));
      await this.repairing;
      return undefined;
    }
  }

  private async ensure(): Promise<void> {
    await ensureStreams(this.bus, this.streams);
    await ensureConsumer(this.bus, this.spec);
  }

  /** Streams and consumers may be gone: a server that was replaced, a store that was lost. Tries until it works. */
  private async repair(): Promise<void> {
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      try {
        await this.bus.connection.up(REPAIR_WAIT_MS);
        await this.bus.connection.guard(this.ensure());
        return;
      } catch (error) {
        this.bus.logger.warn(
          { err: error, consumer: this.spec.durable, attempt },
          'The consumer is not there yet; trying again',
        );
        await sleep(backoffMs(attempt, { firstMs: 100, maxMs: 5_000 }), undefined, {
          signal: this.stopping.signal,
        }).catch(
          // Woken because the worker stops: the loop sees it.
          () => undefined,
        );
      }
    }
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
