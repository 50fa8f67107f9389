import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { hasEnded, JournalStore, threadRuns, type RunState } from '@switchyard/journal';
import { DataSource } from 'typeorm';
import { AdmissionService } from '../admission/admission.service.js';
import { HISTORY_RUNS, threadHistory } from '../tasks/thread-history.js';
import { TasksRepository, type TaskRow } from '../tasks/tasks.repository.js';
import { DispatchService } from './dispatch.service.js';

/** A run that another router advances meanwhile is read again so often; each time somebody got further. */
const ATTEMPTS = 10;
/** How the reason begins for which a later message of the thread cancels a run; what it was asked stays part of the thread. */
export const INTERRUPTED_BY = 'interrupted by ';

/**
 * Keeps the order of threads: of the runs of a thread that have not ended, only the first is dispatched; the others are
 * held in Postgres. Everything here may be done twice, and by several routers at once: the journal's fence and the message
 * ids make one of it.
 */
@Injectable()
export class ThreadsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(AdmissionService) private readonly admission: AdmissionService,
  ) {}

  /** The run has ended: the next one of its thread may move. Runs that are none of the registry's are ignored. */
  async runEnded(runId: string): Promise<void> {
    const task = await this.tasks.end(runId);
    if (task?.thread) await this.advance(task.tenant, task.thread);
  }

  /**
   * Dispatches the first open run of a thread, if it is still held.
   *
   * Why no run is forgotten: who accepts a run calls this after its commit, and who ends one calls this after its commit.
   * Whichever commits later sees what the other one wrote.
   */
  async advance(tenant: string, thread: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [head] = await this.tasks.openOfThread(tenant, thread, 1);
      if (!head?.held) return;
      if (await this.release(head)) return;
    }
    throw new SwitchyardError(
      'journal.conflict',
      `The next run of the thread "${thread}" changed ${ATTEMPTS} times while it was read. Try again.`,
      {
        retryable: true,
      },
    );
  }

  /** False where it has to be looked at again. */
  private async release(task: TaskRow): Promise<boolean> {
    const state = await this.journal.loadState(task.run_id);
    if (hasEnded(state)) {
      await this.tasks.end(task.run_id);
      return false;
    }
    const told = await this.tellHistory(state);
    if (!told) return false;
    const { tenant, runId, backend } = state;
    const waits = !this.admission.admits(backend, runId);
    await this.tasks.unhold(task.run_id, waits);
    if (waits) {
      await this.dispatcher.announce(told);
      this.admission.waits(backend);
      return true;
    }
    await this.dispatcher.announce(told, { tenant, runId, backend, cause: 'accepted', msgId: `${runId}:accepted` });
    return true;
  }

  /** Journals what the thread said before, once. Undefined where another one was faster. */
  private async tellHistory(state: RunState): Promise<RunEvent[] | undefined> {
    // A run that waits for its turn may have been moved to another backend, and its user may have added to it. What is
    // told of before stands ahead of its input; the seq of that is 1.
    if (state.turns > 0 || state.messageSeqs[0] !== 1) return [];
    const { tenant, thread } = state;
    const asked = { tenant, thread, cancelledFor: INTERRUPTED_BY, limit: HISTORY_RUNS };
    const earlier = await threadRuns(this.dataSource, asked);
    const { messages, runIds } = threadHistory(earlier);
    if (messages.length === 0) return [];
    const value = { source: 'thread', messages, references: runIds };
    try {
      const { events } = await this.journal.append(state, [
        { body: { case: 'inputAppended', value }, actor: 'router', traceId: state.traceId },
      ]);
      return events;
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'journal.conflict') return undefined;
      throw error;
    }
  }
}
