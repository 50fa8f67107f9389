import { tQuantile95 } from './t-quantile.js';
import type { Interval } from './wilson.js';

/** What an interval of a mean is made of. */
export interface Sample {
  count: number;
  mean: number;
  /** With n - 1 below the line. */
  standardDeviation: number;
}

/** 95 % confidence interval of the mean of values from 0 to 1, by Student's t. Fewer than two values say nothing of their spread. */
export function meanInterval({ count, mean, standardDeviation }: Sample): Interval {
  if (count < 2) return { low: 0, high: 1 };
  const margin = (tQuantile95(count - 1) * standardDeviation) / Math.sqrt(count);
  return { low: Math.max(0, mean - margin), high: Math.min(1, mean + margin) };
}
