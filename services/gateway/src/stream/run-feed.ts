import { setTimeout as sleep } from 'node:timers/promises';
import { rpcSubject, type Bus, type RpcClient } from '@switchyard/bus';
import {
  DeltaSchema,
  ExecutorService,
  PartialQuerySchema,
  PartialTurnSchema,
  RouterService,
  RunEventSchema,
  SwitchyardError,
} from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import { RunStream, type RunStreamStart, type StreamOutput } from './run-stream.js';

/** Who watches. */
export interface FeedViewer {
  send(outputs: readonly StreamOutput[]): void;
  heartbeat(): void;
  /** Resolves when there is room for another page of the journal. */
  drained(): Promise<void>;
  /** Fires when nobody watches any more. */
  readonly closed: AbortSignal;
}

export interface FeedTimes {
  /** Between two signs of life, each with a look at the journal: core NATS may lose a message. */
  heartbeatMs: number;
  /** How long live text waits for what an executor may know of the text before it. */
  partialWaitMs: number;
  /** How long an executor's answer is still welcome. */
  partialTimeoutMs: number;
  /** Between two questions of the same kind. */
  againMs: number;
  /** How long the journal may be out of reach before the viewer is sent away. */
  journalPatienceMs: number;
}

export const FEED_TIMES: FeedTimes = {
  heartbeatMs: 10_000,
  partialWaitMs: 50,
  partialTimeoutMs: 2_000,
  againMs: 100,
  journalPatienceMs: 30_000,
};

export interface FeedSources {
  bus: Pick<Bus, 'subscribe' | 'request' | 'subjects' | 'nc'>;
  rpc: Pick<RpcClient, 'call'>;
  logger: Pick<Logger, 'warn'>;
}

/** Events asked for at once. */
const PAGE = 500;

/** Brings a run's stream to one viewer: listens first, then reads what was before, and fetches what the stream misses. */
export class RunFeed {
  private readonly stream: RunStream;
  private nudge: () => void = () => undefined;
  private asking = false;
  private failingSince: number | undefined;

  constructor(
    private readonly sources: FeedSources,
    private readonly start: RunStreamStart,
    private readonly viewer: FeedViewer,
    private readonly times: FeedTimes = FEED_TIMES,
  ) {
    this.stream = new RunStream(start);
  }

  /** Returns when the run has ended or nobody watches. Throws what keeps the journal out of reach for too long. */
  async run(): Promise<void> {
    const { bus } = this.sources;
    const { tenant, runId } = this.start;
    const listening = [
      bus.subscribe(bus.subjects.event(tenant, runId, '*'), RunEventSchema, (event) =>
        this.push(this.stream.live(event)),
      ),
      bus.subscribe(bus.subjects.stream(tenant, runId), DeltaSchema, (delta) => this.push(this.stream.delta(delta))),
    ];
    const waiting = setTimeout(() => this.push(this.stream.giveUpWaiting()), this.times.partialWaitMs);
    const beat = setInterval(() => this.beat(), this.times.heartbeatMs);
    this.viewer.closed.addEventListener('abort', () => this.nudge(), { once: true });
    try {
      await bus.nc.flush();
      await this.work();
    } finally {
      clearTimeout(waiting);
      clearInterval(beat);
      await Promise.all(listening.map((one) => one.stop()));
    }
  }

  private async work(): Promise<void> {
    while (!this.done) {
      if (this.stream.needsPartial && !this.asking) void this.askExecutors();
      if (this.stream.needsJournal) await this.readJournal();
      else await new Promise<void>((resolve) => (this.nudge = resolve));
    }
  }

  private get done(): boolean {
    return this.stream.ended || this.viewer.closed.aborted;
  }

  private push(outputs: readonly StreamOutput[]): void {
    if (outputs.length > 0) this.viewer.send(outputs);
    if (this.done || this.stream.needsJournal || (this.stream.needsPartial && !this.asking)) this.nudge();
  }

  private beat(): void {
    this.viewer.heartbeat();
    this.stream.needsJournal = true;
    this.push(this.stream.giveUpWaiting());
  }

  private async readJournal(): Promise<void> {
    const { tenant, runId } = this.start;
    const before = this.stream.lastSeq;
    try {
      const request = { tenant, runId, afterSeq: before, limit: PAGE };
      const { events, more } = await this.sources.rpc.call(RouterService.method.listEvents, request, {
        signal: this.viewer.closed,
      });
      this.failingSince = undefined;
      this.push(this.stream.journal(events, !more));
      await this.viewer.drained();
    } catch (error) {
      await this.afterFailure(error);
      return;
    }
    // A gap that the journal does not fill yet: its commit is on the way.
    if (this.stream.needsJournal && this.stream.lastSeq === before) await this.pause();
  }

  private async afterFailure(error: unknown): Promise<void> {
    if (this.viewer.closed.aborted) return;
    this.failingSince ??= Date.now();
    const lasting = Date.now() - this.failingSince > this.times.journalPatienceMs;
    if (!(error instanceof SwitchyardError) || !error.retryable || lasting) throw error;
    await this.pause();
  }

  /** The one that has the run in hand answers; the others are silent. */
  private async askExecutors(): Promise<void> {
    const { bus, logger } = this.sources;
    const { tenant, runId } = this.start;
    this.asking = true;
    this.stream.needsPartial = false;
    let goesOn = false;
    try {
      const partial = await bus.request(
        rpcSubject(bus, ExecutorService.method.getPartial),
        PartialQuerySchema,
        PartialTurnSchema,
        { tenant, runId, ...this.stream.partialPlace },
        { timeoutMs: this.times.partialTimeoutMs, signal: this.viewer.closed },
      );
      this.push(this.stream.partial(partial));
      // A long text comes in several replies, each when the viewer has taken the one before.
      await this.viewer.drained();
      goesOn = partial.more;
    } catch (error) {
      const nobody = error instanceof SwitchyardError && error.code.startsWith('rpc.');
      if (!nobody) logger.warn({ err: error, run_id: runId }, 'The text of a turn in progress could not be asked for');
      this.push(this.stream.noPartial());
    }
    if (!goesOn) await this.pause();
    this.asking = false;
    this.push([]);
  }

  private async pause(): Promise<void> {
    await sleep(this.times.againMs, undefined, { signal: this.viewer.closed }).catch(() => undefined);
  }
}
