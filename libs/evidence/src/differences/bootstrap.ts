import { normalCdf, normalQuantile } from '../distributions/normal.js';
import type { Interval } from '../interval.js';
import { checkProbability, invalid } from '../invalid.js';

export interface BootstrapOptions {
  /** Clusters (or cases that stand for themselves), numbered from 0. */
  units: number;
  /** The statistic over these units; the same number may come more than once. */
  statistic: (units: readonly number[]) => number;
  /** Numbers from 0 up to 1. */
  random: () => number;
  /** 2,000 where absent. */
  samples?: number;
  alpha?: number;
}

export interface BootstrapIntervals {
  percentile: Interval;
  /** Corrected for bias and for a spread that changes with the value; the percentile one where that cannot be told. */
  bca: Interval;
}

/**
 * Intervals for statistics that have no formula (a median, a ratio of costs, a pass^k): units are drawn again with replacement.
 * Draw clusters, not cases, where there are clusters. B. Efron, JASA 82 (1987); Efron and Tibshirani, "An introduction to the
 * bootstrap" (1993), chapters 13 and 14. Not valid under continuous looking.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two units, or a statistic that is no number
 */
export function bootstrapIntervals(options: BootstrapOptions): BootstrapIntervals {
  const { units, statistic, random, samples = 2_000, alpha = 0.05 } = options;
  checkProbability('alpha', alpha);
  if (!Number.isSafeInteger(units) || units < 2)
    throw invalid(`${units} unit(s) cannot be drawn from in more than one way. Give two clusters or cases.`);
  if (!Number.isSafeInteger(samples) || samples < 100)
    throw invalid(`${samples} samples have no tails to read an interval from. Give 100 or more; 2,000 are usual.`);
  const all = Array.from({ length: units }, (_, unit) => unit);
  const observed = statistic(all);
  const drawn = Array.from({ length: samples }, () => statistic(all.map(() => Math.floor(random() * units))));
  if (!Number.isFinite(observed) || !drawn.every(Number.isFinite))
    throw invalid('The statistic has samples of which it is no number. Give one that has a value for all units drawn.');
  drawn.sort((one, other) => one - other);
  const between = (low: number, high: number): Interval => ({ low: quantile(drawn, low), high: quantile(drawn, high) });
  const percentile = between(alpha / 2, 1 - alpha / 2);
  const bias = normalQuantile(shareBelow(drawn, observed));
  const acceleration = accelerationOf(all, statistic);
  const corrected = (share: number): number => {
    const shifted = bias + normalQuantile(share);
    return normalCdf(bias + shifted / (1 - acceleration * shifted));
  };
  const [low, high] = [corrected(alpha / 2), corrected(1 - alpha / 2)];
  return { percentile, bca: Number.isFinite(low + high) ? between(low, high) : percentile };
}

/** Ties count half: where many samples are the same, they are no bias. */
function shareBelow(sorted: readonly number[], value: number): number {
  const below = sorted.filter((one) => one < value).length;
  const equal = sorted.filter((one) => one === value).length;
  return (below + equal / 2) / sorted.length;
}

/** The skewness of what each unit does to the statistic, by leaving it out. */
function accelerationOf(all: readonly number[], statistic: (units: readonly number[]) => number): number {
  const without = all.map((left) => statistic(all.filter((unit) => unit !== left)));
  const centre = without.reduce((sum, value) => sum + value, 0) / without.length;
  const squares = without.reduce((sum, value) => sum + (centre - value) ** 2, 0);
  const cubes = without.reduce((sum, value) => sum + (centre - value) ** 3, 0);
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

function quantile(sorted: readonly number[], share: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, share * (sorted.length + 1) - 1));
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
