import type { RunEvent } from '@switchyard/contracts';
import { SwitchyardError } from '@switchyard/contracts';
import { hasEnded, type JournalStore } from '@switchyard/journal';
import { isLate } from './after-late-entries.js';
import type { RunProgress } from './run-progress.js';

/** Entries of others that come between a step and its append; each costs one read. */
const MAX_LATE = 8;

/**
 * Writes what was added. Where others only said something to the run meanwhile, or moved it, it is written after that: a
 * turn that was under way is not lost. What was decided without knowing of them (that the run is done, that it waits) is
 * left out where it no longer holds: ask what is next again.
 *
 * @returns what was written; nothing where only such a decision was to be
 * @throws SwitchyardError `journal.conflict` where the run was changed in another way, `database.…`
 */
export async function commitAfterLate(
  journal: Pick<JournalStore, 'loadAfter' | 'loadState'>,
  progress: RunProgress,
): Promise<RunEvent[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await progress.commit();
    } catch (error) {
      const isConflict = error instanceof SwitchyardError && error.code === 'journal.conflict';
      if (!isConflict || attempt > MAX_LATE || !(await readLate(journal, progress))) throw error;
    }
  }
}

/** Takes up what others journaled since the run was read. False where it was changed in another way: nothing is taken up. */
export async function readLate(
  journal: Pick<JournalStore, 'loadAfter' | 'loadState'>,
  progress: RunProgress,
): Promise<boolean> {
  const { runId } = progress.state;
  const newer = await journal.loadAfter(runId, progress.seq);
  if (!newer.every(isLate)) return false;
  if (newer.length === 0) return true;
  const state = await journal.loadState(runId);
  const [last] = newer.slice(-1);
  if (hasEnded(state) || state.seq !== last?.seq) return false;
  return progress.rebase(state, newer);
}

/** Whether a turn was given up because its run was moved, without waiting for its end. */
export function isSwitched(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'run.switched';
}

/** What came between a step and its append was more than that. */
export function changedMeanwhile(runId: string): SwitchyardError {
  return new SwitchyardError('journal.conflict', `Run ${runId} was changed while it was advanced; it is read again.`);
}
