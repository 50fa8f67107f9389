import { createHash } from 'node:crypto';

/** Of a run: on the version that is tried, or on the current one. */
export type Arm = 'candidate' | 'baseline';

/** What a run may be given to an arm by. */
export interface StickyKeys {
  thread: string;
  user: string;
  run: string;
}

/** 2^53: what of a hash a number holds exactly. */
const SPAN = 2 ** 53;

/**
 * The arm of a run. Pure: the same rollout and the same thread, user or run have the same arm for ever, on every router.
 * Each key has one place between 0 and 1, and those below the share are the candidate's: who was on the candidate at a
 * share is on it at every larger one. The rollout's id is part of the hash, so that no user is always the first to try.
 */
export function armOf({ id, share, sticky }: { id: string; share: number; sticky: string }, keys: StickyKeys): Arm {
  return placeOf(id, stickyKey(sticky, keys)) < share ? 'candidate' : 'baseline';
}

/** A run that has no thread goes by its user; one that has neither, by itself. */
function stickyKey(sticky: string, { thread, user, run }: StickyKeys): string {
  if (sticky === 'thread' && thread !== '') return `thread:${thread}`;
  if (sticky !== 'run' && user !== '') return `user:${user}`;
  return `run:${run}`;
}

/** From 0, below 1. */
function placeOf(id: string, key: string): number {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, key]))
    .digest();
  return Number(hash.readBigUInt64BE(0) >> 11n) / SPAN;
}
