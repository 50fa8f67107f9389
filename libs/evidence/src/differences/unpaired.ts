import { checkSample } from '../invalid.js';
import type { Estimate } from './estimate.js';
import { mean, variance } from './mean.js';

/**
 * The difference of means over different cases, candidate less baseline, without the assumption that both vary alike: B. L.
 * Welch, Biometrika 34 (1947). Where the cases are the same, `pairedDifference` says more.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two scores of either
 */
export function unpairedDifference(baseline: readonly number[], candidate: readonly number[]): Estimate {
  checkSample('The baseline', baseline, 2);
  checkSample('The candidate', candidate, 2);
  const ofBaseline = variance(baseline) / baseline.length;
  const ofCandidate = variance(candidate) / candidate.length;
  const both = ofBaseline + ofCandidate;
  const cases = baseline.length + candidate.length;
  const parts = ofBaseline ** 2 / (baseline.length - 1) + ofCandidate ** 2 / (candidate.length - 1);
  return {
    value: mean(candidate) - mean(baseline),
    standardError: Math.sqrt(both),
    // Nothing varies: any degrees of freedom give the same interval.
    freedom: parts > 0 ? both ** 2 / parts : cases - 2,
    cases,
    clusters: cases,
  };
}
