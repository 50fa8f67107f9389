import type { RunEvent } from '@switchyard/contracts';
import { SwitchyardError } from '@switchyard/contracts';
import { hasEnded, type JournalStore } from '@switchyard/journal';
import type { RunProgress } from './run-progress.js';

/** Moves that come between a step and its append; each costs one read. */
const MAX_MOVES = 8;

/**
 * Writes what was added. Where the run was only moved to another backend meanwhile, it is written after the move: a turn
 * that was under way is not lost, and says itself which backend answered.
 *
 * @throws SwitchyardError `journal.conflict` where the run was changed in another way, `database.…`
 */
export async function commitAfterMoves(
  journal: Pick<JournalStore, 'loadAfter' | 'load'>,
  progress: RunProgress,
): Promise<RunEvent[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await progress.commit();
    } catch (error) {
      const isConflict = error instanceof SwitchyardError && error.code === 'journal.conflict';
      if (!isConflict || attempt > MAX_MOVES || !(await readMoves(journal, progress))) throw error;
    }
  }
}

/** Takes up moves that were journaled since the run was read. False where it was changed in another way: nothing is taken up. */
export async function readMoves(
  journal: Pick<JournalStore, 'loadAfter' | 'load'>,
  progress: RunProgress,
): Promise<boolean> {
  const { runId } = progress.state;
  const newer = await journal.loadAfter(runId, progress.seq);
  if (newer.some(({ body }) => body.case !== 'backendSwitched')) return false;
  if (newer.length === 0) return true;
  const { state } = await journal.load(runId);
  const [last] = newer.slice(-1);
  if (hasEnded(state) || state.seq !== last?.seq) return false;
  progress.rebase(state);
  return true;
}

/** Whether a turn was given up because its run was moved, without waiting for its end. */
export function isSwitched(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'run.switched';
}

/** What came between a step and its append was more than a move. */
export function changedMeanwhile(runId: string): SwitchyardError {
  return new SwitchyardError('journal.conflict', `Run ${runId} was changed while it was advanced; it is read again.`);
}
