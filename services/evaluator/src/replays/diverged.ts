import type { JsonObject } from '@switchyard/contracts';
import { fail, type Verdict } from '../scorers/scorer.js';

/** The code of a run that ended at a call that nothing in its record answers. */
export const DIVERGED = 'replay.diverged';

/** Scorers that can say something of a run that has no output: what it called is there. */
const OF_CALLS: readonly unknown[] = ['tool_trajectory', 'tool_arguments'];

/** Where a run left its record, in short: "diverged at turn 3: call search"; undefined where it did not. */
export function divergenceOf(error: JsonObject | null): string | undefined {
  if (error?.['code'] !== DIVERGED) return undefined;
  const details = error['details'];
  const { turn, tool } = typeof details === 'object' && details !== null && !Array.isArray(details) ? details : {};
  return `diverged at turn ${typeof turn === 'number' ? turn : '?'}: call ${typeof tool === 'string' ? tool : '?'}`;
}

/** Whether a scorer says of the calls that were made until then what they are worth. */
export function judgesCalls(options: JsonObject): boolean {
  return OF_CALLS.includes(options['type']);
}

/**
 * What a scorer found of the calls until a run diverged: worth what it is worth, and no pass. Whoever stops half way has not done
 * what the recorded run did.
 */
export function untilDivergence(where: string, { value, reason, ...verdict }: Verdict): Verdict {
  return { ...verdict, value, passed: false, reason: `${where}; ${reason}` };
}

/**
 * What a scorer of outputs says: there is none, which counts as not passed. Left out, the cases that go wrong would make a
 * configuration look better than it is.
 */
export function withoutOutput(where: string): Verdict {
  return fail(`${where}; there is no output to score`);
}
