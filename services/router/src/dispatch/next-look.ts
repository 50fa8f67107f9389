import { hasEnded, type RunCheckpoint } from '@switchyard/journal';

/** What the reconciler knows of a task that is due for a look. */
export interface LookedAt {
  held: boolean;
  thread: string | null;
  /** How often work was published for it. */
  dispatches: number;
  /** The run's seq at the last look. */
  checkedSeq: number;
  /** Looks in a row that found it where it was. */
  idleChecks: number;
}

export interface LookOptions {
  now: Date;
  /** After so long without a sign of life, in milliseconds, a run should be moving. */
  stalledAfterMs: number;
}

export interface Look {
  /** `end`: it has ended. `advance`: ask its thread. `dispatch`: unless its work waits in a queue. */
  action: 'end' | 'advance' | 'dispatch' | 'leave';
  /** Nothing but its calls can move it: where the tool hosts have them still, it is left. */
  unlessCallsQueued?: boolean;
  idleChecks: number;
  /** When to look again, in milliseconds. */
  againInMs: number;
}

/** The longest time between two looks at a run that should be moving, in milliseconds. */
export const LONGEST_IDLE_MS = 15 * 60_000;
/** The same for one that waits for a person or for a time: what wakes it is told of by other ways. */
export const LONGEST_WAIT_MS = 60 * 60_000;
/** Whoever writes an entry tells the bus in this time, in milliseconds; the reconciler comes after it. */
export const TOLD_AFTER_MS = 2_000;
/** What a run may wait for and have its wake-up lost with the bus: the journal does not know that it came. */
const WOKEN_AGAIN = new Set(['tool', 'retry', 'timer', 'child', 'unknown']);

/** What to do with an open task and its run, and when to look again. */
export function lookAt(task: LookedAt, run: RunCheckpoint, { now, stalledAfterMs }: LookOptions): Look {
  const idleChecks = run.seq === task.checkedSeq ? task.idleChecks + 1 : 0;
  const again = (longestMs: number) => backOff(idleChecks, stalledAfterMs, longestMs);
  const quietMs = now.getTime() - run.updatedAt.getTime();
  if (hasEnded(run)) return { action: 'end', idleChecks: 0, againInMs: stalledAfterMs };
  if (task.held && task.thread !== null) return { action: 'advance', idleChecks, againInMs: again(LONGEST_IDLE_MS) };
  if (task.dispatches === 0) return { action: 'dispatch', idleChecks, againInMs: again(LONGEST_IDLE_MS) };
  if (run.status === 'waiting') {
    // Something came to it while it waited: an answer, an approval, a child's end.
    if (run.lastType !== '' && run.lastType !== 'RunParked') {
      if (quietMs < TOLD_AFTER_MS) return { action: 'leave', idleChecks: 0, againInMs: TOLD_AFTER_MS };
      return { action: 'dispatch', idleChecks, againInMs: again(LONGEST_IDLE_MS) };
    }
    const isDue = hasCome(run.wakeAt, now);
    // It waits for a time alone: until then nothing can come of it.
    const isSet = run.wakeAt !== null && (run.parkedReason === 'timer' || run.parkedReason === 'retry');
    if (!isDue && (isSet || !WOKEN_AGAIN.has(run.parkedReason)))
      return { action: 'leave', idleChecks, againInMs: again(LONGEST_WAIT_MS) };
  }
  if (quietMs < stalledAfterMs) return { action: 'leave', idleChecks: 0, againInMs: stalledAfterMs - quietMs };
  const unlessCallsQueued = run.parkedReason === 'tool' && !hasCome(run.wakeAt, now);
  return { action: 'dispatch', idleChecks, againInMs: again(LONGEST_IDLE_MS), unlessCallsQueued };
}

/** Whether the time was there long enough for the bus to have told of it. */
function hasCome(wakeAt: Date | null, now: Date): boolean {
  return wakeAt !== null && wakeAt.getTime() <= now.getTime() - TOLD_AFTER_MS;
}

function backOff(idleChecks: number, firstMs: number, longestMs: number): number {
  return Math.max(firstMs, Math.min(firstMs * 2 ** Math.min(idleChecks, 30), longestMs));
}
