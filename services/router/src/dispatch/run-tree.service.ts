import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { hasEnded, JournalStore, RunTrees, type TreeDue } from '@switchyard/journal';
import { metrics } from '@switchyard/telemetry';
import { Canceller } from './canceller.service.js';
import { DispatchService } from './dispatch.service.js';
import { ExecStreamRepository } from './exec-stream.repository.js';
import { ThreadsService } from './threads.service.js';

/** Of a run that goes on below one that has ended. */
const PARENT_ENDED = 'parent ended';
/** Open runs of a tree that are read at once, and cancelled side by side. */
const BATCH = 200;
const SIDE_BY_SIDE = 8;
/** Reads of a tree that still grows: runs below one that has ended start nothing, so that a read a level is enough. */
const MAX_PASSES = 100;
/** The message of an end is left this long on its way before somebody looks for what it should have done, in milliseconds. */
const DUE_AFTER_MS = 2_000;

/**
 * Keeps what runs mean to each other: who waits for runs is woken when the last of them has ended, and below a run that has
 * ended nothing goes on. Everything here may be done twice, and by several routers at once.
 *
 * Why nothing is forgotten: an end is heard of at least once after its commit (the relay publishes it again until it is),
 * and a run is started only while its caller's row is held and has no end. The reconciler looks for both all the same.
 */
@Injectable()
export class RunTreeService {
  constructor(
    @Inject(RunTrees) private readonly trees: RunTrees,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(Canceller) private readonly canceller: Canceller,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ExecStreamRepository) private readonly exec: ExecStreamRepository,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
  ) {}

  /** Somebody says that the run has ended; it has when the journal says so too. @returns whether it has */
  async heardOfEnd(runId: string): Promise<boolean> {
    const end = await this.trees.endOf(runId);
    if (!end) {
      metrics.counter('switchyard_router_ends_ignored_total', 'Ends told on the bus that no journal has.').inc();
      return false;
    }
    await this.threads.runEnded(runId);
    if (end.hasOpenChildren) await this.cancelBelow(end.tenant, runId);
    // The caller goes on when all have ended: whoever ends last sees that there is nobody else.
    if (end.parentRunId !== '' && !end.hasOpenSiblings) await this.wakeCaller(runId, end.parentRunId);
    return true;
  }

  /** Cancels what goes on below a run that has ended, at any depth, callers first. */
  async cancelBelow(tenant: string, runId: string): Promise<void> {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const open = await this.trees.openBelow(runId, BATCH);
      if (open.length === 0) return;
      for (let index = 0; index < open.length; index += SIDE_BY_SIDE) {
        await Promise.all(open.slice(index, index + SIDE_BY_SIDE).map((below) => this.cancelOrphan(tenant, below)));
      }
    }
  }

  /** Does what the loss of a message left undone. @returns how many runs were woken or cancelled */
  async reconcile(limit: number): Promise<number> {
    const due = await this.trees.due(new Date(Date.now() - DUE_AFTER_MS), limit);
    const held = await this.exec.held(due.filter((run) => run.due === 'wake'));
    const moving = due.filter(({ runId }) => !held.has(runId));
    // One that cannot be helped is logged, and keeps nobody from the others.
    await Promise.all(moving.map((run) => this.dispatcher.later(run.runId, this.settle(run))));
    return moving.length;
  }

  private async settle({ due, tenant, runId, backend, seq }: TreeDue): Promise<void> {
    if (due === 'cancel') {
      await this.cancelOrphan(tenant, runId);
      return this.cancelBelow(tenant, runId);
    }
    const msgId = `${runId}:children:${seq}`;
    await this.dispatcher.dispatch({ tenant, runId, backend, cause: 'child_settled', msgId });
  }

  private async wakeCaller(runId: string, callerId: string): Promise<void> {
    const caller = await this.journal.findRun(callerId);
    if (!caller || hasEnded(caller)) return;
    const { tenant, backend } = caller;
    const msgId = `${callerId}:child:${runId}`;
    await this.dispatcher.dispatch({ tenant, runId: callerId, backend, cause: 'child_settled', msgId });
  }

  private async cancelOrphan(tenant: string, runId: string): Promise<void> {
    try {
      await this.canceller.cancel({ tenant, runId, reason: PARENT_ENDED, actor: 'router' });
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.code !== 'run.already_ended') throw error;
    }
  }
}
