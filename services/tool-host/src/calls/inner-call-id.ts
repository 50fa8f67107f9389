import { createHash } from 'node:crypto';

/** As long as an id may be: one token of a subject. */
const MAX_LENGTH = 128;

/**
 * The id of a call that a call makes: the same whenever the outer call is repeated and makes it in the same place.
 *
 * @param order counts the outer call's calls from 1
 */
export function innerCallId(outer: string, order: number): string {
  const id = `${outer}-${order}`;
  if (id.length <= MAX_LENGTH) return id;
  return `inner_${createHash('sha256').update(id).digest('hex')}`;
}

/** Whether an id was made so. Ids of runs' own calls are neither. */
export function isInnerCallId(callId: string): boolean {
  return /-\d+$|^inner_[0-9a-f]{64}$/.test(callId);
}
