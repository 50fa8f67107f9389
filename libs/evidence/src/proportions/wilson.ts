import type { Interval } from '../interval.js';

/** The normal distribution's 97.5 % point. */
const Z95 = 1.959963984540054;

/**
 * 95 % confidence interval of a mean of values from 0 to 1 by Wilson's score method, without continuity correction: honest
 * where all values are the same, and for few, where the usual intervals have no width. E. B. Wilson, JASA 22 (1927);
 * compared with others in Newcombe, Statistics in Medicine 17 (1998). Nothing counted: anything is possible.
 *
 * It is made for shares, where every value is 0 or 1. No values from 0 to 1 of mean m vary more than those, by m(1 - m)
 * (Bhatia and Davis, American Mathematical Monthly 107 (2000)): for values in between it is wider than it must be.
 * Repeats of a case count as values of their own; where cases differ much, it is narrower than it should be.
 *
 * @param mean from 0 to 1
 */
export function wilsonInterval(mean: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1 };
  const z2 = Z95 * Z95;
  const centre = mean + z2 / (2 * count);
  const margin = Z95 * Math.sqrt((mean * (1 - mean) + z2 / (4 * count)) / count);
  const scale = 1 + z2 / count;
  // Rounding must push the ends neither past the mean nor off 0 and 1.
  return {
    low: Math.max(0, Math.min(mean, (centre - margin) / scale)),
    high: Math.min(1, Math.max(mean, (centre + margin) / scale)),
  };
}
