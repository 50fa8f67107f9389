import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus, ensureStreams } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { SwitchyardError, toErrorInfo, type RunEvent } from '@switchyard/contracts';
import { endTotals, hasEnded, JournalStore, type RunRecord, type RunState } from '@switchyard/journal';
import { inTransaction, sql } from '@switchyard/persistence';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { TasksRepository, type TaskRow } from '../tasks/tasks.repository.js';
import { DispatchService } from './dispatch.service.js';
import { ExecStreamRepository } from './exec-stream.repository.js';
import { QueueKeeper } from './queue-keeper.service.js';
import { ThreadsService } from './threads.service.js';

/** What one round did. */
export interface Round {
  /** False where another router was at it. */
  led: boolean;
  /** Tasks looked at. */
  checked: number;
  /** Runs dispatched again. */
  dispatched: number;
  /** Events published that a crash had left unpublished. */
  relayed: number;
}

/** "router" as a number: one reconciler for all routers of a database. */
const LOCK_KEY = '7400742074327460';
const BATCH = 100;
/** A router that dies over its batch holds the batch up for this long, in milliseconds. */
const LEASE_MS = 5_000;
/** How often the queues are looked through for work that nobody takes, in milliseconds. */
const KEEP_QUEUES_MS = 30_000;
const RELAY_BATCH = 1_000;
/** Batches of one round: a long backlog must not keep the lock for long. */
const RELAY_ROUNDS = 20;
/** Looked at side by side; the pool has a few connections more. */
const SIDE_BY_SIDE = 4;
/** A run's events are left to who appended them for this long, in milliseconds. */
const RELAY_AFTER_MS = 2_000;
/** What a run may wait for and have its wake-up lost with the bus: whoever gets it looks again. People are not asked twice. */
const WOKEN_AGAIN = new Set(['tool', 'retry', 'timer', 'child']);

/**
 * Finds what should be moving and is not, and makes it move: Postgres is the truth, and everything on the bus can be
 * derived from it again. One router of several does it at a time.
 */
@Injectable()
export class ReconcilerService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #queuesKeptUntil = 0;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(ExecStreamRepository) private readonly exec: ExecStreamRepository,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(QueueKeeper) private readonly queues: QueueKeeper,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** One round. The lock goes with its transaction, and so with a router that dies. */
  reconcile(): Promise<Round> {
    return inTransaction(this.dataSource, async (manager) => {
      const [lock] = await sql<{ led: boolean }>(manager, `SELECT pg_try_advisory_xact_lock(${LOCK_KEY}) AS led`);
      if (!lock?.led) return { led: false, checked: 0, dispatched: 0, relayed: 0 };
      const relayed = await this.relay();
      const { checked, dispatched } = await this.checkDue();
      await this.keepQueues();
      return { led: true, checked, dispatched, relayed };
    });
  }

  private schedule(base = this.config.router.reconcileMs): void {
    if (this.#stopped) return;
    // Jitter, so that routers started together do not ask together.
    const delay = base * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#round = this.runRound().finally(() => this.schedule());
    }, delay);
  }

  private async runRound(): Promise<void> {
    try {
      const round = await this.reconcile();
      if (round.dispatched + round.relayed > 0) this.logger.info({ round }, 'Brought back what the bus had lost');
    } catch (error) {
      this.logger.warn({ err: error }, 'A round of reconciliation failed; the next one tries again');
      if (error instanceof SwitchyardError && error.code === 'bus.no_stream') await this.restoreStreams();
    }
  }

  /** Somebody deleted the streams: they are made anew, and the next round fills them. */
  private async restoreStreams(): Promise<void> {
    try {
      await ensureStreams(this.bus, { replicas: this.config.streamReplicas });
    } catch (error) {
      this.logger.error({ err: error }, 'The streams are missing and could not be made');
    }
  }

  /** Publishes events that a crash left unpublished; the message ids drop what had arrived after all. */
  private async relay(): Promise<number> {
    let relayed = 0;
    for (let round = 0; round < RELAY_ROUNDS; round += 1) {
      const events = await this.journal.unpublished(new Date(Date.now() - RELAY_AFTER_MS), RELAY_BATCH);
      const before = relayed;
      for (const ofRun of groupByRun(events)) {
        if (await this.tolerate(ofRun[0]?.runId, () => this.dispatcher.publishEvents(ofRun))) relayed += ofRun.length;
      }
      if (events.length < RELAY_BATCH || relayed === before) break;
      // What was published has to be marked before it is asked for again.
      await this.dispatcher.settled();
    }
    if (relayed > 0) metrics.counter('switchyard_router_relayed_total', 'Events published by the relay.').inc(relayed);
    return relayed;
  }

  /** Not with every round: what is left behind has waited long. */
  private async keepQueues(): Promise<void> {
    if (Date.now() < this.#queuesKeptUntil) return;
    this.#queuesKeptUntil = Date.now() + KEEP_QUEUES_MS;
    await this.queues.keep();
  }

  private async checkDue(): Promise<{ checked: number; dispatched: number }> {
    const sum = { checked: 0, dispatched: 0 };
    for (;;) {
      const due = this.#stopped ? [] : await this.tasks.takeDue(BATCH, LEASE_MS);
      sum.dispatched += await this.checkAll(due);
      sum.checked += due.length;
      if (due.length < BATCH) return sum;
    }
  }

  /** How many were dispatched again. Where the servers fail, what was not looked at is due at once. */
  private async checkAll(due: readonly TaskRow[]): Promise<number> {
    let dispatched = 0;
    for (let index = 0; index < due.length; index += SIDE_BY_SIDE) {
      const group = due.slice(index, index + SIDE_BY_SIDE);
      try {
        const moved = await Promise.all(group.map((task) => this.tolerate(task.run_id, () => this.check(task))));
        dispatched += moved.filter(Boolean).length;
      } catch (error) {
        await this.tasks.checkAgain(idsOf(due.slice(index)), 0);
        throw error;
      }
    }
    if (due.length > 0) await this.tasks.checkAgain(idsOf(due), this.config.router.stalledAfterMs);
    return dispatched;
  }

  /**
   * One run that cannot be helped must not keep the others from it: its failure is logged, and undefined comes back. A
   * failure of the servers concerns all, and ends the round.
   */
  private async tolerate<T>(runId: string | undefined, work: () => Promise<T>): Promise<T | true | undefined> {
    try {
      return (await work()) ?? true;
    } catch (error) {
      if (error instanceof SwitchyardError && error.retryable && /^(bus|database)\./.test(error.code)) throw error;
      this.logger.error({ err: error, run: runId }, 'A run cannot be reconciled');
      return undefined;
    }
  }

  /** True where the run was moved: dispatched again, or ended. */
  private async check(task: TaskRow): Promise<boolean> {
    const run = await this.journal.findRun(task.run_id);
    if (!run)
      throw new SwitchyardError(
        'journal.empty',
        `The task ${task.task_id} is accepted and its run ${task.run_id} is not journaled: a defect.`,
      );
    if (hasEnded(run)) await this.threads.runEnded(run.runId);
    else if (task.held && task.thread !== null) await this.threads.advance(task.tenant, task.thread);
    else if (this.shouldMove(task, run) && !(await this.exec.holds(run.backend, run.runId))) {
      const { state, unreadable } = await this.journal.stateToEnd(run.runId);
      if (unreadable) await this.fail(state, unreadable);
      else await this.redispatch(task, run);
      return true;
    }
    return false;
  }

  /** No executor can advance it: dispatched again and again, it would hold its thread up for ever. */
  private async fail(state: RunState, error: SwitchyardError): Promise<void> {
    const body = { case: 'runFailed', value: { ...endTotals(state), error: toErrorInfo(error) } } as const;
    const { events } = await this.journal.append(state, [{ body, actor: 'router' }]);
    this.logger.error({ err: error, run: state.runId }, 'Ended a run whose journal cannot be read');
    await this.dispatcher.announce(events);
    await this.threads.runEnded(state.runId);
  }

  private shouldMove(task: TaskRow, run: RunRecord): boolean {
    if (task.dispatches === 0) return true;
    if (run.updatedAt.getTime() > Date.now() - this.config.router.stalledAfterMs) return false;
    return run.status !== 'waiting' || WOKEN_AGAIN.has(run.parkedReason);
  }

  private redispatch(task: TaskRow, run: RunRecord): Promise<void> {
    const { tenant, runId, backend, seq } = run;
    // The first dispatch keeps its id: should it be on its way after all, this is the same message.
    if (task.dispatches === 0)
      return this.dispatcher.dispatch({ tenant, runId, backend, cause: 'accepted', msgId: `${runId}:accepted` });
    const msgId = `${runId}:reconciled:${seq}:${task.dispatches}`;
    return this.dispatcher.dispatch({ tenant, runId, backend, cause: 'reconciled', msgId });
  }
}

function idsOf(tasks: readonly TaskRow[]): string[] {
  return tasks.map((task) => task.run_id);
}

function groupByRun(events: readonly RunEvent[]): RunEvent[][] {
  const groups = new Map<string, RunEvent[]>();
  for (const event of events) groups.set(event.runId, [...(groups.get(event.runId) ?? []), event]);
  return [...groups.values()];
}
