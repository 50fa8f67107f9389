import { bounded } from '@switchyard/service';

/**
 * What one judgement by a pattern or a schema that a user wrote may take, in milliseconds. It is time on the clock, of
 * which a busy machine may give an honest pattern next to nothing: whoever is late is asked once more, with more time.
 */
const TRIES_MS = [500, 2_000];

/** What a verdict says of a judgement that was late. */
export const TOO_LONG = 'took more than 2 s and was stopped';

/**
 * Judges, or is late: JavaScript's regular expressions backtrack, and `(a+)+$` takes hours on forty letters.
 *
 * @param judge may be stopped half way and called again
 */
export function judgeInTime<T>(judge: () => T): T | 'late' {
  for (const limitMs of TRIES_MS) {
    const verdict = judgeWithin(limitMs, judge);
    if (verdict !== 'late') return verdict;
  }
  return 'late';
}

function judgeWithin<T>(limitMs: number, judge: () => T): T | 'late' {
  const late = new Error('late');
  try {
    return bounded(limitMs, judge, () => late);
  } catch (error) {
    if (error === late) return 'late';
    throw error;
  }
}
