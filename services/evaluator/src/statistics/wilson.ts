import { Z95 } from './t-quantile.js';

/** An interval of a share or a mean, both ends included. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * 95 % confidence interval of a share by Wilson's score method, without continuity correction: honest at 0 of n and n of
 * n, and for small n, where the usual normal interval is not. E. B. Wilson, JASA 22 (1927); compared with others in
 * Newcombe, Statistics in Medicine 17 (1998). Nothing counted: anything is possible.
 */
export function wilsonInterval(successes: number, total: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const share = successes / total;
  const z2 = Z95 * Z95;
  const centre = share + z2 / (2 * total);
  const margin = Z95 * Math.sqrt((share * (1 - share) + z2 / (4 * total)) / total);
  const scale = 1 + z2 / total;
  // Rounding must not push the ends of 0 of n and n of n off 0 and 1.
  const low = successes === 0 ? 0 : (centre - margin) / scale;
  const high = successes === total ? 1 : (centre + margin) / scale;
  return { low, high };
}
