import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { BackendQueue } from './backend-queue.js';
import { ExecDepthRepository } from './exec-depth.repository.js';
import { inOrder, sharesOf } from './fair-shares.js';
import { WaitingTasksRepository, type AdmittedTask } from './waiting-tasks.repository.js';

/** How often the queue of a backend for which something waits is looked at, in milliseconds. */
const PUMP_MS = 200;
/** The least time between two looks: ends of runs come in swarms. */
const PUMP_AGAIN_MS = 10;
/** How often a router looks for what others have left waiting, in milliseconds: one look into an index, most often empty. */
const FIND_MS = 2_000;
/** Admitted in one statement, so that no other task waits long behind it. */
const MAX_BATCH = 256;

interface Pumped {
  queue: BackendQueue;
  timer: NodeJS.Timeout | undefined;
  /** When the timer goes off. */
  at: number;
  working: Promise<unknown> | undefined;
}

/**
 * Lets runs into the queue of their backend while it has room, and keeps the others in Postgres, where they can be put in
 * order: high priority first, then fair shares of the tenants. The queue then holds about what the executors can do, which
 * is what they are scaled by.
 *
 * Only the first dispatch of a run is held back. A run that was begun goes straight to the queue whenever it can go on: it
 * holds memory, budget and a place in its thread.
 *
 * Nothing is lost where a router dies: what waits is a row that every router finds, and what was admitted and not sent is a
 * task that nobody reported as dispatched, which the reconciler finds. Every router pumps, one at a time for a backend. Each
 * knows of the others' messages when it looks at the queue next: together they may send as much too many as they have sent
 * since their looks.
 */
@Injectable()
export class AdmissionService implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #backends = new Map<string, Pumped>();
  #finder: NodeJS.Timeout | undefined;
  #finding: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    @Inject(WaitingTasksRepository) private readonly waiting: WaitingTasksRepository,
    @Inject(ExecDepthRepository) private readonly depths: ExecDepthRepository,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatcher.onPublished = ({ backend, runId }) => this.pumpedOf(backend).queue.published(runId);
    this.findLater(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#finder);
    for (const { timer } of this.#backends.values()) clearTimeout(timer);
    await Promise.allSettled([this.#finding, ...[...this.#backends.values()].map(({ working }) => working)]);
  }

  /**
   * Whether a run may be dispatched to this backend at once. True takes a place in its queue. Costs nothing: it goes by
   * what is known, and looks at the queue again in the background once much was sent.
   */
  admits(backend: string, runId: string): boolean {
    const pumped = this.pumpedOf(backend);
    const { queue } = pumped;
    if (queue.backlog || queue.room === 0) {
      // Held back although the queue may have emptied meanwhile: the pump looks, and brings it within moments.
      queue.backlog = true;
      return false;
    }
    queue.letIn(runId);
    if (queue.isOld) this.work(backend, pumped, () => this.look(backend, queue));
    return true;
  }

  /** A run that was not admitted is committed as waiting. */
  waits(backend: string): void {
    const { queue } = this.pumpedOf(backend);
    queue.backlog = true;
    queue.keptBack += 1;
    this.pumpSoon(backend, 0);
  }

  /** A run has ended somewhere: there may be room. */
  ended(): void {
    for (const [backend, { queue }] of this.#backends) if (queue.backlog) this.pumpSoon(backend, PUMP_AGAIN_MS);
  }

  /** Admits what there is room for. @returns how many runs were sent to the queue */
  async pump(backend: string): Promise<number> {
    const { queue } = this.pumpedOf(backend);
    queue.backlog = true;
    const { keptBack } = queue;
    const admitted = await this.waiting.exclusively(backend, async (manager) => {
      await this.look(backend, queue);
      const room = Math.min(queue.room, MAX_BATCH);
      const waiting = await this.waiting.of(manager, backend, room + 1);
      const total = waiting.reduce((sum, { count }) => sum + count, 0);
      // What is kept back while this looks may not be seen here: it has the next look.
      if (total <= room && queue.keptBack === keptBack) queue.backlog = false;
      if (room === 0 || total === 0) return [];
      const slots = queue.shares.allot(room, waiting);
      const taken = await this.waiting.admit(manager, backend, sharesOf(slots));
      for (const { run_id: runId } of taken) queue.letIn(runId);
      return inOrder(slots, taken);
    });
    await this.send(backend, admitted);
    return admitted.length;
  }

  private async send(backend: string, admitted: readonly AdmittedTask[]): Promise<void> {
    // Side by side on one connection, which keeps their order.
    await Promise.all(
      admitted.map(({ tenant, run_id: runId, priority }) => {
        counter().inc({ priority: priority > 0 ? 'high' : 'normal' });
        const work = { tenant, runId, backend, cause: 'accepted', msgId: `${runId}:accepted` };
        return this.dispatcher.later(runId, this.dispatcher.dispatch(work));
      }),
    );
  }

  private async look(backend: string, queue: BackendQueue): Promise<void> {
    const seen = queue.look();
    seen(await this.depths.of(backend));
  }

  private pumpSoon(backend: string, inMs: number): void {
    const pumped = this.pumpedOf(backend);
    const at = Date.now() + inMs;
    if (this.#stopped || (pumped.timer && pumped.at <= at)) return;
    clearTimeout(pumped.timer);
    pumped.at = at;
    pumped.timer = setTimeout(() => {
      pumped.timer = undefined;
      this.work(backend, pumped, async () => {
        await this.pump(backend);
      });
    }, inMs);
  }

  /** One thing at a time for a backend; its failure is logged, and what waits is looked at again. */
  private work(backend: string, pumped: Pumped, task: () => Promise<void>): void {
    if (this.#stopped) return;
    if (pumped.working) {
      if (pumped.queue.backlog) this.pumpSoon(backend, PUMP_AGAIN_MS);
      return;
    }
    pumped.working = task()
      .catch((error: unknown) => {
        pumped.queue.backlog = true;
        this.logger.warn({ err: error, backend }, 'What waits for a backend could not be admitted; trying again');
      })
      .finally(() => {
        pumped.working = undefined;
        if (pumped.queue.backlog) this.pumpSoon(backend, pumped.queue.room > 0 ? PUMP_AGAIN_MS : PUMP_MS);
      });
  }

  private pumpedOf(backend: string): Pumped {
    const known = this.#backends.get(backend);
    if (known) return known;
    const queue = new BackendQueue(this.config.executor.concurrency);
    const pumped = { queue, timer: undefined, at: 0, working: undefined };
    this.#backends.set(backend, pumped);
    return pumped;
  }

  /** What a router that died has left, and what another one keeps back: new tasks queue up behind it here too. */
  private findLater(inMs: number): void {
    if (this.#stopped) return;
    this.#finder = setTimeout(
      () => {
        this.#finding = this.find().finally(() => this.findLater(FIND_MS));
      },
      inMs * (0.75 + Math.random() / 2),
    );
    this.#finder.unref();
  }

  private async find(): Promise<void> {
    try {
      for (const backend of await this.waiting.backends()) this.waits(backend);
    } catch (error) {
      this.logger.warn({ err: error }, 'Could not look for runs that wait to be admitted; trying again');
    }
  }
}

function counter() {
  return metrics.counter('switchyard_router_admitted_total', 'Runs that waited in Postgres and were admitted.', [
    'priority',
  ]);
}
