import { bridgeCriticalValue, scaledBridgeCriticalValue } from './critical-value.js';
import { intervalAbout, type IntervalForm } from './interval.js';
import type { SurvivalCurve, SurvivalStep } from './kaplan-meier.js';
import { invalid } from './subject.js';

/**
 * `equal-precision` is as wide at each time as that time's own interval, by one factor (Nair 1984); `hall-wellner` is
 * narrower in the middle and wider at both ends (Hall and Wellner 1980).
 */
export const BAND_KINDS = ['equal-precision', 'hall-wellner'] as const;
export type BandKind = (typeof BAND_KINDS)[number];

export interface BandOptions {
  /** Default `equal-precision`. */
  kind?: BandKind;
  /** Default `arcsin`, which covers best: with 100 lives of which 30 are censored within a point of the confidence. */
  form?: IntervalForm;
  /** Default: the curve's. */
  confidence?: number;
  /**
   * The band is given where the share of what can be known that is known lies between these: n σ² / (1 + n σ²), which
   * without censoring is the share of the lives that has ended. Default 0.05 to 0.95: at the very ends no band is true to
   * its word.
   */
  between?: readonly [number, number];
}

export interface BandStep {
  time: number;
  low: number;
  high: number;
}

export interface SimultaneousBand {
  kind: BandKind;
  form: IntervalForm;
  confidence: number;
  /** Standard errors to each side for `equal-precision`; the value of Hall and Wellner's table otherwise. */
  critical: number;
  /** The band says nothing before this time. */
  from: number;
  /** Nor from this time on. */
  until: number;
  steps: BandStep[];
}

/**
 * The band that holds the whole curve with the given confidence, not each point of it: for curves that are looked at
 * as curves. Undefined where too few lives have ended for any.
 * @throws SwitchyardError `survival.invalid`; also for clustered subjects, for whom the theory does not hold
 */
export function simultaneousBand(curve: SurvivalCurve, options: BandOptions = {}): SimultaneousBand | undefined {
  const { kind = 'equal-precision', form = 'arcsin', confidence = curve.confidence, between = [0.05, 0.95] } = options;
  check(curve, confidence, between);
  const known = ({ logError = Infinity }: SurvivalStep) => 1 - 1 / (1 + curve.subjects * logError ** 2);
  const within = curve.steps.filter((step) => known(step) >= between[0] && known(step) <= between[1]);
  const ended = within.filter(({ events }) => events > 0);
  const [first, last] = [ended.at(0), ended.at(-1)];
  if (!first || !last || known(first) === known(last)) return undefined;
  const critical = criticalValue(kind, 1 - confidence, known(first), known(last));
  const steps = within.flatMap((step): BandStep[] => {
    const interval = intervalAbout(step.survival, step.logError, width(kind, critical, curve.subjects, step), form);
    return interval && step.time >= first.time ? [{ time: step.time, ...interval }] : [];
  });
  const after = curve.steps.find((step) => step.time > last.time && !within.includes(step));
  return { kind, form, confidence, critical, from: first.time, until: after?.time ?? last.time, steps };
}

function width(kind: BandKind, critical: number, subjects: number, { logError = Infinity }: SurvivalStep): number {
  if (kind === 'equal-precision') return critical;
  const scaled = subjects * logError ** 2;
  return (critical * (1 + scaled)) / Math.sqrt(scaled);
}

function criticalValue(kind: BandKind, alpha: number, a: number, b: number): number {
  return kind === 'equal-precision' ? scaledBridgeCriticalValue(alpha, a, b) : bridgeCriticalValue(alpha, a, b);
}

function check(curve: SurvivalCurve, confidence: number, [low, high]: readonly [number, number]): void {
  if (curve.clusters !== undefined)
    throw invalid(
      'The curve is of clustered subjects, for whom no band is known. Leave the clusters out, or use its intervals.',
    );
  if (!(confidence > 0.5 && confidence < 1))
    throw invalid(`A confidence of ${confidence} makes no band: give a share above 0.5 and below 1.`);
  if (!(low > 0 && low < high && high < 1))
    throw invalid(`A band between ${low} and ${high} is none: give two shares between 0 and 1, the smaller first.`);
}
