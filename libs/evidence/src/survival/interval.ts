import { normalQuantile } from '../distributions/normal.js';
import type { Interval } from '../interval.js';
import { invalid } from './subject.js';

/**
 * The scale on which an interval is symmetric, with the names of R's `conf.type`. `log-log` and `arcsin` keep within 0
 * and 1 and cover best with few subjects; `log` is R's default.
 */
export const INTERVAL_FORMS = ['plain', 'log', 'log-log', 'arcsin'] as const;
export type IntervalForm = (typeof INTERVAL_FORMS)[number];

export interface IntervalOptions {
  /** Default 0.95. */
  confidence?: number;
  /** Default `log-log`. */
  form?: IntervalForm;
}

/**
 * The interval about a probability whose logarithm has the given standard error, `width` standard errors to each side.
 * Undefined where the form has none, as NA in R: at 0 for `log`, at 0 and 1 for `log-log`, at 1 for `arcsin`, and without an error.
 */
export function intervalAbout(
  estimate: number,
  logError: number | undefined,
  width: number,
  form: IntervalForm,
): Interval | undefined {
  if (logError === undefined || !Number.isFinite(logError)) return undefined;
  const half = width * logError;
  if (form === 'plain')
    return { low: Math.max(estimate - half * estimate, 0), high: Math.min(estimate + half * estimate, 1) };
  if (estimate <= 0) return undefined;
  if (form === 'log') return { low: estimate * Math.exp(-half), high: Math.min(estimate * Math.exp(half), 1) };
  if (estimate >= 1) return undefined;
  if (form === 'arcsin') return arcsine(estimate, half);
  const log = Math.log(estimate);
  // log is negative: dividing by it turns the sides round.
  return { low: Math.exp(log * Math.exp(-half / log)), high: Math.exp(log * Math.exp(half / log)) };
}

function arcsine(estimate: number, half: number): Interval {
  const angle = Math.asin(Math.sqrt(estimate));
  const turn = (half / 2) * Math.sqrt(estimate / (1 - estimate));
  return { low: Math.sin(Math.max(0, angle - turn)) ** 2, high: Math.sin(Math.min(Math.PI / 2, angle + turn)) ** 2 };
}

/**
 * Standard errors to each side for a two-sided confidence.
 * @throws SwitchyardError `survival.invalid`
 */
export function normalWidth(confidence: number): number {
  if (!(confidence > 0 && confidence < 1))
    throw invalid(`A confidence of ${confidence} is none: give a share between 0 and 1, such as 0.95.`);
  return normalQuantile(1 - (1 - confidence) / 2);
}
