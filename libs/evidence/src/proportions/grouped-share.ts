import type { Interval } from '../interval.js';
import { invalid } from '../invalid.js';
import { wilsonInterval } from './wilson.js';

/** What is known of one cluster of scores from 0 to 1: sums over its cases. */
export interface Group {
  cases: number;
  /** Of the cases' weights. */
  weight: number;
  /** Of the squares of the weights. */
  squaredWeight: number;
  /** Of weight times score. */
  sum: number;
  /** Of weight times the square of the score. */
  squares: number;
}

export interface GroupedShare extends Interval {
  mean: number;
  /** Independent cases of one weight that would tell as much. */
  effective: number;
  groups: number;
}

/**
 * The weighted mean of scores from 0 to 1 in clusters, with Wilson's 95 % interval for as many cases as they are worth: the cases divided by
 * the design effect (Kish, "Survey Sampling" (1965)), which is the clustered variance (CR0) of the weighted mean over that of independent
 * cases. They are worth no fewer than their clusters are, so that scores which are all alike leave an interval of some width.
 *
 * @throws SwitchyardError `evidence.invalid` for a weight that is not above 0
 */
export function groupedShare(groups: readonly Group[]): GroupedShare {
  const total = (of: (group: Group) => number) => groups.reduce((sum, group) => sum + of(group), 0);
  const weight = total((group) => group.weight);
  if (groups.length === 0) return { mean: 0, low: 0, high: 1, effective: 0, groups: 0 };
  if (groups.some((group) => !(group.weight > 0)))
    throw invalid('A weight is not above 0. Leave the case out instead.');
  const mean = Math.min(1, Math.max(0, total((group) => group.sum) / weight));
  const clusters = weight ** 2 / total((group) => group.weight ** 2);
  const cases = weight ** 2 / total((group) => group.squaredWeight);
  const variance = Math.max(0, total((group) => group.squares) / weight - mean ** 2);
  const ofMean = total((group) => (group.sum - mean * group.weight) ** 2) / weight ** 2;
  // Scores that are all alike do not show how alike those of one cluster are.
  const worth = variance === 0 ? clusters : ofMean === 0 ? cases : variance / ofMean;
  const effective = Math.max(clusters, Math.min(cases, worth));
  return { mean, ...wilsonInterval(mean, effective), effective, groups: groups.length };
}
