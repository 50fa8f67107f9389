import { bounded } from '@switchyard/service';

/**
 * What one judgement by a pattern or a schema that a user wrote may take, in milliseconds. It is time on the clock: a busy
 * machine must not turn an honest pattern into a failed case.
 */
export const JUDGE_MS = 500;

/** Judges, or is late: JavaScript's regular expressions backtrack, and `(a+)+$` takes hours on forty letters. */
export function judgeInTime(judge: () => boolean): boolean | 'late' {
  const late = new Error('late');
  try {
    return bounded(JUDGE_MS, judge, () => late);
  } catch (error) {
    if (error === late) return 'late';
    throw error;
  }
}
