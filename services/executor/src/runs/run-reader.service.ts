import { Inject, Injectable } from '@nestjs/common';
import type { WorkContext } from '@switchyard/bus';
import { SwitchyardError, type ExecWork } from '@switchyard/contracts';
import { hasEnded, JournalStore, type RunState } from '@switchyard/journal';
import { metrics } from '@switchyard/telemetry';
import { EventPublisher } from './publisher.service.js';
import { changedMeanwhile, readLate } from './late-entries.js';
import { EXECUTOR, RECORD, type RunProgress } from './run-progress.js';

/** What the journal said longer ago is asked again before it is acted on, in milliseconds; a step takes a fraction of that. */
export const STALE_MS = 1_000;

/** What the journal says of a run, for who advances it. */
@Injectable()
export class RunReader {
  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
  ) {}

  /** @throws SwitchyardError `run.not_found`, `journal.…` */
  async load(work: ExecWork, context: WorkContext): Promise<RunState> {
    try {
      const state = await this.journal.loadState(work.runId);
      context.lastRead(state.seq);
      if (state.tenant === work.tenant) return state;
    } catch (error) {
      // The fold stopped somewhere: the dead letter names the last entry that there is.
      if (error instanceof SwitchyardError && typeof error.details['seq'] === 'number')
        context.lastRead(error.details['seq']);
      throw error;
    }
    throw new SwitchyardError('run.not_found', `There is no run ${work.runId} of tenant ${work.tenant}.`, {
      details: { run_id: work.runId },
    });
  }

  /**
   * Before anything is asked of a model or a tool: a run whose journal was read long ago may have ended, and the notice of it
   * be lost or still unread; or another executor may have advanced it, whose turns and calls are not to be asked for again.
   * What others only said to it is taken up. No statement where it was read a moment ago.
   *
   * @throws SwitchyardError `journal.conflict` where it has ended or was advanced
   */
  async mustGoOn(progress: RunProgress): Promise<void> {
    const { runId } = progress.state;
    // An answer that was long on its way is old when it comes.
    for (let askedAt = performance.now(); askedAt - progress.askedAt >= STALE_MS; askedAt = performance.now()) {
      const isAsRead = (await this.journal.lastSeq(runId)) === progress.seq;
      if (!isAsRead && !(await readLate(this.journal, progress))) throw changedMeanwhile(runId);
      progress.confirm(askedAt);
    }
  }

  /** An earlier delivery may have died between its commit and its publication. */
  async publishAgain(runId: string): Promise<void> {
    await this.publisher.publish(await this.journal.unpublishedOf(runId));
  }

  /**
   * What was done here is dropped. Another executor that advanced the run goes on with it; whoever only changed it (added
   * input, decided an approval) does not, and the run is read again: true.
   */
  async changedMeanwhile(runId: string, seq: number, code: string): Promise<boolean> {
    metrics
      .counter('switchyard_executor_dropped_total', 'Work that was dropped because the run had changed.', ['code'])
      .inc({ code });
    const state = await this.journal.loadState(runId);
    if (hasEnded(state)) return false;
    if (code === 'run.cancelled') {
      const why = `Run ${runId} was said to be cancelled, and its journal does not say so: it is taken up again.`;
      throw new SwitchyardError('executor.cancel_unconfirmed', why, { retryable: true });
    }
    // One that another executor parked meanwhile is looked at again: this message may be its only wake-up.
    if (state.parked !== null) return true;
    const newer = await this.journal.loadAfter(runId, seq);
    return !newer.some(({ actor }) => actor === EXECUTOR || actor === RECORD);
  }
}
