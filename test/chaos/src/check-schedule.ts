import type { Say } from './violation.js';

/** One time of a schedule, and what became of its task. */
export interface Occurrence {
  /** The time that it is for, in milliseconds since 1970. */
  at: number;
  runId: string;
  status: string;
}

/** All that a schedule did whose policy is to make up for every time that it missed. */
export interface ScheduleSeen {
  everyMs: number;
  /** The first and the last time that had to come, in milliseconds since 1970. */
  first: number;
  last: number;
  occurrences: readonly Occurrence[];
}

/** Each time is one task, whatever dies meanwhile. Pure. */
export function checkSchedule({ everyMs, first, last, occurrences }: ScheduleSeen, say: Say): void {
  const byTime = new Map<number, string>();
  for (const { at, runId, status } of occurrences) {
    const other = byTime.get(at);
    if (other !== undefined) say('duplicated', `${iso(at)} is for ${other} and for ${runId}`);
    byTime.set(at, runId);
    if (at % everyMs !== 0) say('wrong', `${runId} is for ${iso(at)}, which is no time of the schedule`);
    if (status !== 'completed') say(status === 'failed' ? 'wrong' : 'stuck', `${runId} of ${iso(at)} is ${status}`);
  }
  for (let at = first; at <= last; at += everyMs)
    if (!byTime.has(at)) say('lost', `nothing was published for ${iso(at)}`);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
