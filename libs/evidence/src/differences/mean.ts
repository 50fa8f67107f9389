import { checkSample } from '../invalid.js';
import type { Estimate } from './estimate.js';

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Divided by n − 1. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/**
 * The mean of scores of cases that have nothing to do with each other.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two cases
 */
export function meanEstimate(scores: readonly number[]): Estimate {
  checkSample('The scores', scores, 2);
  const cases = scores.length;
  const standardError = Math.sqrt(variance(scores) / cases);
  return { value: mean(scores), standardError, freedom: cases - 1, cases, clusters: cases };
}
