import { normalWidth } from './interval.js';
import type { Interval } from '../interval.js';
import type { SurvivalCurve } from './kaplan-meier.js';
import { invalid } from './subject.js';

/** How long lives last on average when none is counted beyond `until`. */
export interface RestrictedMean {
  until: number;
  mean: number;
  standardError: number;
  interval: Interval;
}

/**
 * The area under a survival curve from its start until a time, with Greenwood's variance, as R's
 * `print(survfit, rmean = until)`. Unlike the median it is always known, and unlike a hazard ratio its difference
 * between two configurations can be told to anyone.
 *
 * @param until within what was watched: by default the last end of watching. Beyond it the curve is taken to stay level.
 * @throws SwitchyardError `survival.invalid`; also for clustered subjects, whose covariances a curve does not keep
 */
export function restrictedMean(curve: SurvivalCurve, until?: number): RestrictedMean {
  const horizon = until ?? curve.steps.at(-1)?.time ?? curve.from;
  if (curve.clusters !== undefined)
    throw invalid(
      'The curve is of clustered subjects, and its standard errors do not add up to that of a mean. Leave the clusters out.',
    );
  if (!(horizon > curve.from && Number.isFinite(horizon)))
    throw invalid(`There is no mean from ${curve.from} until ${horizon}: give a later time.`);
  const { mean, variance } = areas(curve, horizon);
  const standardError = Math.sqrt(variance);
  const half = normalWidth(curve.confidence) * standardError;
  return { until: horizon, mean, standardError, interval: { low: mean - half, high: mean + half } };
}

export interface MeanDifference {
  until: number;
  /** The second's mean less the first's: above 0, the second lives longer. */
  difference: number;
  standardError: number;
  interval: Interval;
}

/**
 * By how much the second's restricted mean exceeds the first's, until a time that both were watched for.
 * @param until default: the earlier of the two last ends of watching
 * @throws SwitchyardError `survival.invalid`
 */
export function restrictedMeanDifference(first: SurvivalCurve, second: SurvivalCurve, until?: number): MeanDifference {
  const last = ({ steps }: SurvivalCurve) => steps.at(-1)?.time ?? 0;
  const horizon = until ?? Math.min(last(first), last(second));
  const [a, b] = [restrictedMean(first, horizon), restrictedMean(second, horizon)];
  const difference = b.mean - a.mean;
  const standardError = Math.hypot(a.standardError, b.standardError);
  const half = normalWidth(first.confidence) * standardError;
  return {
    until: horizon,
    difference,
    standardError,
    interval: { low: difference - half, high: difference + half },
  };
}

function areas({ steps, from }: SurvivalCurve, until: number): { mean: number; variance: number } {
  const within = steps.filter(({ time }) => time <= until);
  let mean = 0;
  let variance = 0;
  let right = until;
  // From the right, so that the area beyond each step is known when the step is reached.
  for (const { time, survival, atRisk, events } of within.toReversed()) {
    mean += survival * (right - time);
    right = time;
    if (events < atRisk) variance += (mean ** 2 * events) / (atRisk * (atRisk - events));
  }
  return { mean: mean + (right - from), variance };
}
