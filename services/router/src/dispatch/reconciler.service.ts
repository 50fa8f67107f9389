import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus, ensureStreams } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { SwitchyardError, toErrorInfo, type RunEvent } from '@switchyard/contracts';
import { endTotals, isFutureForm, JournalStore, type RunCheckpoint, type RunState } from '@switchyard/journal';
import { inTransaction, sql } from '@switchyard/persistence';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { TasksRepository, type DueTask, type TaskRow } from '../tasks/tasks.repository.js';
import { DispatchService } from './dispatch.service.js';
import { ExecStreamRepository } from './exec-stream.repository.js';
import { groupsOf } from './groups-of.js';
import { lookAt, LONGEST_IDLE_MS, type Look, type LookedAt } from './next-look.js';
import { QueueKeeper } from './queue-keeper.service.js';
import { RunTreeService } from './run-tree.service.js';
import { ThreadsService } from './threads.service.js';
import { WakesService } from './wakes.service.js';

/** What one round did. */
export interface Round {
  /** False where another router was at it. */
  led: boolean;
  /** Tasks looked at. */
  checked: number;
  /** Runs dispatched again. */
  dispatched: number;
  /** Runs woken whose time had come, and whom the bus had not woken. */
  woken: number;
  /** Events published that a crash had left unpublished. */
  relayed: number;
}

/** "router" as a number: one reconciler for all routers of a database. */
const LOCK_KEY = '7400742074327460';
/** Tasks of one statement. */
const BATCH = 500;
/** Batches of one round: a long backlog must not keep the lock for long. */
const BATCHES = 200;
/** How often the queues are looked through for work that nobody takes, in milliseconds. */
const KEEP_QUEUES_MS = 30_000;
const RELAY_BATCH = 1_000;
/** Batches of one round: a long backlog must not keep the lock for long. */
const RELAY_ROUNDS = 20;
/** Looked at side by side; the pool has a few connections more. */
const SIDE_BY_SIDE = 4;
/** A run's events are left to who appended them for this long, in milliseconds. */
const RELAY_AFTER_MS = 2_000;

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
  /** What the bus was at the last round. */
  #generation: string | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(ExecStreamRepository) private readonly exec: ExecStreamRepository,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(RunTreeService) private readonly trees: RunTreeService,
    @Inject(WakesService) private readonly wakes: WakesService,
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
      if (!lock?.led) {
        this.wakes.startOver();
        return { led: false, checked: 0, dispatched: 0, woken: 0, relayed: 0 };
      }
      await this.watchBus();
      const relayed = await this.relay();
      const woken = await this.wakes.wake(new Date());
      const { checked, dispatched } = await this.checkDue();
      const related = await this.trees.reconcile(BATCH);
      await this.keepQueues();
      return { led: true, checked, dispatched: dispatched + related, woken, relayed };
    });
  }

  /** What the bus had may be gone with a server that was started again: every run is looked at soon, however long it waits. */
  private async watchBus(): Promise<void> {
    const generation = await this.exec.generation();
    if (generation === undefined) await this.restoreStreams();
    else if (generation !== this.#generation) {
      const sooner = await this.tasks.lookAtAll(this.config.router.stalledAfterMs);
      if (sooner > 0) this.logger.info({ tasks: sooner }, 'The bus was started anew: every open run is looked at');
      this.#generation = generation;
    }
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
      if (round.dispatched + round.woken + round.relayed > 0)
        this.logger.info({ round }, 'Brought back what the bus had lost');
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
      const runs = groupByRun(events);
      for (const ofRun of runs) {
        if (await this.tolerate(ofRun[0]?.runId, () => this.dispatcher.publishEvents(ofRun))) relayed += ofRun.length;
      }
      // Whoever wrote these events died before it told of them, and so of what they wake.
      if (runs.length > 0) await this.tasks.lookNow(runs.map(([first]) => first?.runId ?? ''));
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
    for (let batch = 0; batch < BATCHES && !this.#stopped; batch += 1) {
      const due = await this.tasks.due(BATCH);
      if (due.length > 0) sum.dispatched += await this.checkAll(due);
      sum.checked += due.length;
      if (due.length < BATCH) break;
    }
    return sum;
  }

  /** How many were moved. What was not looked at because the servers failed stays due. */
  private async checkAll(due: readonly DueTask[]): Promise<number> {
    const { stalledAfterMs } = this.config.router;
    const runs = new Map((await this.journal.checkpoints(idsOf(due))).map((run) => [run.runId, run]));
    const options = { now: new Date(), stalledAfterMs };
    const looks = due.map((task) => {
      const run = runs.get(task.run_id);
      return { task, run, look: run && lookAt(lookedAt(task), run, options) };
    });
    const moving = looks.flatMap(({ run, look }) => (run && look?.action === 'dispatch' ? [{ run, look }] : []));
    const held = await this.heldOf(moving);
    let dispatched = 0;
    for (const group of groupsOf(looks, SIDE_BY_SIDE)) {
      const moved = await Promise.all(
        group.map(({ task, run, look }) =>
          this.tolerate(task.run_id, () => this.act(task, run, held.has(task.run_id) ? undefined : look)),
        ),
      );
      dispatched += moved.filter((result) => result === true).length;
    }
    await this.tasks.looked(
      looks.map(({ task, run, look }) => ({
        runId: task.run_id,
        seq: run?.seq ?? 0,
        againInMs: look?.againInMs ?? LONGEST_IDLE_MS,
        idleChecks: look?.idleChecks ?? 0,
      })),
    );
    return dispatched;
  }

  /** Those that need nothing but patience: their work is in the executors' queue, or their calls are in the tool hosts'. */
  private async heldOf(moving: readonly { run: RunCheckpoint; look: Look }[]): Promise<Set<string>> {
    const held = await this.exec.held(moving.map(({ run }) => run));
    const onTools = moving.flatMap(({ run, look }) =>
      look.unlessCallsQueued && run.parkedCalls.length > 0 && !held.has(run.runId) ? [run] : [],
    );
    const calls = await this.exec.heldCalls(onTools.flatMap(({ parkedCalls }) => parkedCalls));
    for (const run of onTools) if (run.parkedCalls.every((callId) => calls.has(callId))) held.add(run.runId);
    return held;
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
  private async act(task: DueTask, run: RunCheckpoint | undefined, look: Look | undefined): Promise<boolean> {
    if (!run)
      throw new SwitchyardError(
        'journal.empty',
        `The task ${task.task_id} is accepted and its run ${task.run_id} is not journaled: a defect.`,
      );
    if (look?.action === 'end') await this.threads.runEnded(run.runId);
    else if (look?.action === 'advance' && task.thread !== null) await this.threads.advance(task.tenant, task.thread);
    else if (look?.action === 'dispatch') {
      const unreadable = await this.unreadable(run.runId);
      if (unreadable) await this.fail(unreadable.state, unreadable.error);
      else await this.redispatch(task, run, look.againInMs);
      return true;
    }
    return false;
  }

  /** Undefined where the run can be read, be it by newer executors only: they take it when it is dispatched. */
  private async unreadable(runId: string): Promise<{ state: RunState; error: SwitchyardError } | undefined> {
    try {
      const { state, unreadable } = await this.journal.stateToEnd(runId);
      return unreadable && { state, error: unreadable };
    } catch (error) {
      if (isFutureForm(error)) return undefined;
      throw error;
    }
  }

  /** No executor can advance it: dispatched again and again, it would hold its thread up for ever. */
  private async fail(state: RunState, error: SwitchyardError): Promise<void> {
    const body = { case: 'runFailed', value: { ...endTotals(state), error: toErrorInfo(error) } } as const;
    const { events } = await this.journal.append(state, [{ body, actor: 'router' }]);
    this.logger.error({ err: error, run: state.runId }, 'Ended a run whose journal cannot be read');
    await this.dispatcher.announce(events);
    await this.threads.runEnded(state.runId);
  }

  private redispatch(task: TaskRow, run: RunCheckpoint, lookAfterMs: number): Promise<void> {
    const { tenant, runId, backend, seq } = run;
    // The first dispatch keeps its id: should it be on its way after all, this is the same message.
    const [cause, msgId] =
      task.dispatches === 0
        ? ['accepted', `${runId}:accepted`]
        : ['reconciled', `${runId}:reconciled:${seq}:${task.dispatches}`];
    return this.dispatcher.dispatch({ tenant, runId, backend, cause, msgId, lookAfterMs });
  }
}

function idsOf(tasks: readonly TaskRow[]): string[] {
  return tasks.map((task) => task.run_id);
}

function lookedAt(task: DueTask): LookedAt {
  const { held, thread, dispatches, checked_seq: checkedSeq, idle_checks: idleChecks } = task;
  return { held, thread, dispatches, checkedSeq, idleChecks };
}

function groupByRun(events: readonly RunEvent[]): RunEvent[][] {
  const groups = new Map<string, RunEvent[]>();
  for (const event of events) groups.set(event.runId, [...(groups.get(event.runId) ?? []), event]);
  return [...groups.values()];
}
