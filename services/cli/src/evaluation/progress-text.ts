import type { Evaluation } from '@switchyard/contracts';
import { duration } from '../output/format.js';
import { bar } from '../output/progress.js';
import { harmless } from '../output/style.js';

/**
 * How far an evaluation is, in one line: `arithmetic [###---] 4/8 runs, 1 failed, 2.00 s, about 2.00 s left`.
 *
 * @param doneBefore runs that were done when the watching began; `elapsedMs` counts from there
 */
export function progressText(
  { suite, done, total, failed }: Pick<Evaluation, 'suite' | 'done' | 'total' | 'failed'>,
  doneBefore: number,
  elapsedMs: number,
): string {
  const parts = [`${bar(done, total)} runs`, `${failed} failed`, duration(elapsedMs)];
  const seen = done - doneBefore;
  if (seen > 0 && done < total) parts.push(`about ${duration((elapsedMs / seen) * (total - done))} left`);
  return `${harmless(suite)} ${parts.join(', ')}`;
}
