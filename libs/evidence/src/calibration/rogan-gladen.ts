import { normalQuantile } from '../distributions/normal.js';
import type { Interval } from '../interval.js';
import { checkProbability, checkWithin, invalid } from '../invalid.js';

/** What a judge said of cases that people judged too. */
export interface JudgeCalibration {
  /** Of the cases that people held for right: how many, and of how many the judge said so. */
  right: { cases: number; agreed: number };
  /** Of those that people held for wrong. */
  wrong: { cases: number; agreed: number };
}

export interface CorrectedShare {
  share: number;
  interval: Interval;
  /** The share of right ones of which the judge says so, and of wrong ones. */
  sensitivity: number;
  specificity: number;
}

/**
 * The share of right answers by a judge that errs: Rogan and Gladen, American Journal of Epidemiology 107 (1978), with the
 * interval of Lang and Reiczigel, Preventive Veterinary Medicine 113 (2014), as arXiv 2511.21140 has it for model judges: it is
 * unsure of the cases and of the judge. The judge must err on these cases as on those of the calibration.
 *
 * @param judged what it said of the cases in question
 * @throws SwitchyardError `evidence.invalid`, also for a judge that is no better than chance
 */
export function correctedShare(
  judged: { cases: number; right: number },
  { right, wrong }: JudgeCalibration,
  alpha = 0.05,
): CorrectedShare {
  checkProbability('alpha', alpha);
  for (const [count, of, name] of [
    [judged.right, judged.cases, 'judged cases'],
    [right.agreed, right.cases, 'right cases of the calibration'],
    [wrong.agreed, wrong.cases, 'wrong cases of the calibration'],
  ] as const) {
    checkWithin(`The number of ${name}`, of, 1, Number.MAX_SAFE_INTEGER);
    checkWithin(`The count among the ${name}`, count, 0, of);
  }
  const plain = plugIn(judged.right / judged.cases, right.agreed / right.cases, wrong.agreed / wrong.cases);
  const z = normalQuantile(1 - alpha / 2);
  const cases = judged.cases + z * z;
  const said = (judged.right + (z * z) / 2) / cases;
  // One more case of either kind: a judge that was never wrong may still err.
  const sensitivity = { value: (right.agreed + 1) / (right.cases + 2), cases: right.cases + 2 };
  const specificity = { value: (wrong.agreed + 1) / (wrong.cases + 2), cases: wrong.cases + 2 };
  const { share, better } = plugIn(said, sensitivity.value, specificity.value);
  const ofRight = (sensitivity.value * (1 - sensitivity.value)) / sensitivity.cases;
  const ofWrong = (specificity.value * (1 - specificity.value)) / specificity.cases;
  const shift = 2 * z * z * (share * ofRight - (1 - share) * ofWrong);
  const spread = Math.sqrt((said * (1 - said)) / cases + share ** 2 * ofRight + (1 - share) ** 2 * ofWrong) / better;
  return {
    share: within01(plain.share),
    interval: { low: within01(share + shift - z * spread), high: within01(share + shift + z * spread) },
    sensitivity: right.agreed / right.cases,
    specificity: wrong.agreed / wrong.cases,
  };
}

function plugIn(said: number, sensitivity: number, specificity: number): { share: number; better: number } {
  const better = sensitivity + specificity - 1;
  if (!(better > 0))
    throw invalid(
      'The judge agrees with people no oftener than chance would; what it says cannot be corrected. Use another judge or rubric.',
      { sensitivity, specificity },
    );
  return { share: (said + specificity - 1) / better, better };
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}
