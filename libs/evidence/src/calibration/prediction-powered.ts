import type { Interval } from '../interval.js';
import { studentTQuantile } from '../distributions/student-t.js';
import { mean, variance } from '../differences/mean.js';
import { checkProbability, checkSample } from '../invalid.js';

export interface PredictionPowered {
  mean: number;
  standardError: number;
  interval: Interval;
  /** How far the judge is trusted, 0 (people's labels alone) to 1: what makes the interval narrowest. */
  trust: number;
}

/**
 * The mean of people's scores, of which there are few, by help of a judge's scores, of which there are many: prediction-powered
 * inference with the tuned weight of PPI++ (Angelopoulos, Duchi and Zrnic, arXiv 2311.01453). Right however bad the judge is; a bad one
 * does not help, that is all. Works for scores of any kind, where `correctedShare` is for yes and no.
 *
 * @param labelled cases that both scored
 * @param judged the judge's scores of the other cases
 * @throws SwitchyardError `evidence.invalid` for fewer than two of either
 */
export function predictionPoweredMean(
  labelled: readonly { person: number; judge: number }[],
  judged: readonly number[],
  alpha = 0.05,
): PredictionPowered {
  checkProbability('alpha', alpha);
  const people = labelled.map(({ person }) => person);
  const judges = labelled.map(({ judge }) => judge);
  checkSample('The scores by people', people, 2);
  checkSample('The judge’s scores of the same cases', judges, 2);
  checkSample('The judge’s scores', judged, 2);
  const trust = tunedTrust(people, judges, judged);
  const rests = labelled.map(({ person, judge }) => person - trust * judge);
  const value = trust * mean(judged) + mean(rests);
  const standardError = Math.sqrt((trust ** 2 * variance(judged)) / judged.length + variance(rests) / rests.length);
  // The labels are few, and the weight was tuned on them: simulated with 30 of them, the normal interval covers 92 % instead of 95.
  const margin = studentTQuantile(1 - alpha / 2, labelled.length - 1) * standardError;
  return { mean: value, standardError, interval: { low: value - margin, high: value + margin }, trust };
}

function tunedTrust(people: readonly number[], judges: readonly number[], judged: readonly number[]): number {
  const [ofPeople, ofJudges] = [mean(people), mean(judges)];
  const together = people.reduce(
    (sum, person, index) => sum + (person - ofPeople) * ((judges[index] ?? 0) - ofJudges),
    0,
  );
  const spread = variance([...judges, ...judged]);
  if (spread === 0) return 0;
  const best = together / (people.length - 1) / ((1 + people.length / judged.length) * spread);
  return Math.min(1, Math.max(0, best));
}
