import { correctedShare, type CorrectedShare, type GroupedShare } from '@switchyard/evidence';
import { isUsable, type Labels } from '../judgements/calibration-rule.js';

/**
 * The share of runs that people would pass, where a judge that errs has passed them. Undefined where its labels do not make it
 * usable. The interval is unsure of the runs and of the judge; of the runs as far as they tell something each: clusters, repeats
 * and weights count by the effective number of cases (the design effect), as in the interval of what the judge itself said.
 *
 * Assumed: the judge errs here as it does on the runs that people labelled; labels stand for themselves, and where some are of
 * these very runs, both are taken for independent (which makes the interval wider, not narrower).
 */
export function correctedPasses(
  { mean, effective }: Pick<GroupedShare, 'mean' | 'effective'>,
  labels: Labels,
): CorrectedShare | undefined {
  if (!isUsable(labels) || effective === 0) return undefined;
  // Weights divided and multiplied again may leave a shade less than one case.
  const cases = Math.max(1, effective);
  return correctedShare({ cases, right: Math.min(cases, mean * cases) }, labels);
}
