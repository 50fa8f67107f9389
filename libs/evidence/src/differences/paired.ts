import { invalid } from '../invalid.js';
import type { Estimate } from './estimate.js';
import { meanEstimate } from './mean.js';

/** One case's scores by the configuration that is there, and by the one that may take its place. */
export interface Pair {
  baseline: number;
  candidate: number;
}

/** Candidate less baseline: below 0 where the candidate is worse. */
export function differencesOf(pairs: readonly Pair[]): number[] {
  return pairs.map(({ baseline, candidate }) => candidate - baseline);
}

/**
 * The mean difference over the same cases: what is hard for both cancels. Repeats of a case belong into one pair, averaged,
 * or into one cluster.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two pairs
 */
export function pairedDifference(pairs: readonly Pair[]): Estimate {
  return meanEstimate(differencesOf(pairs));
}

/**
 * How alike the scores of the same case are, −1 to 1 (Pearson): what pairing gains. NaN where one of both never varies.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two pairs
 */
export function correlationOf(pairs: readonly Pair[]): number {
  if (pairs.length < 2) throw invalid(`${pairs.length} pair(s) do not correlate. Give two or more.`);
  const centre = (pick: (pair: Pair) => number) => pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  const baseline = centre((pair) => pair.baseline);
  const candidate = centre((pair) => pair.candidate);
  let [both, ofBaseline, ofCandidate] = [0, 0, 0];
  for (const pair of pairs) {
    both += (pair.baseline - baseline) * (pair.candidate - candidate);
    ofBaseline += (pair.baseline - baseline) ** 2;
    ofCandidate += (pair.candidate - candidate) ** 2;
  }
  return both / Math.sqrt(ofBaseline * ofCandidate);
}
