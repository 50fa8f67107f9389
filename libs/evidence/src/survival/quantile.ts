import type { SurvivalCurve } from './kaplan-meier.js';
import { invalid } from './subject.js';

/** A time by which a share of the lives has ended. */
export interface SurvivalQuantile {
  /** Undefined where the curve does not come down that far: more than the rest is still alive. */
  time: number | undefined;
  low: number | undefined;
  /** Undefined where the curve's upper bound does not come down that far: no bound is known. */
  high: number | undefined;
}

/** R's tolerance, the square root of the smallest difference from 1: a curve that comes to 0.5 by rounding is at it. */
const TOLERANCE = Math.sqrt(Number.EPSILON);

/**
 * The time by which `share` of the lives has ended, 0.5 for the median. The interval is where the bounds of the curve
 * come down as far (Brookmeyer and Crowley), so it is of the curve's confidence and form. A curve that lies level at
 * exactly that height gives the middle of the level, as R.
 * @throws SwitchyardError `survival.invalid`
 */
export function survivalQuantile({ steps }: SurvivalCurve, share = 0.5): SurvivalQuantile {
  if (!(share > 0 && share < 1)) throw invalid(`A share of ${share} has no time: give one between 0 and 1.`);
  const height = 1 - share;
  return {
    time: crossing(
      steps.map(({ time, survival }) => ({ time, value: survival })),
      height,
    ),
    low: crossing(
      steps.map(({ time, interval }) => ({ time, value: interval?.low })),
      height,
    ),
    high: crossing(
      steps.map(({ time, interval }) => ({ time, value: interval?.high })),
      height,
    ),
  };
}

interface Height {
  time: number;
  value: number | undefined;
}

function crossing(heights: readonly Height[], height: number): number | undefined {
  const reached = heights.filter(({ value }) => value !== undefined && value < height + TOLERANCE);
  const [first] = reached;
  if (first?.value === undefined || Math.abs(first.value - height) >= TOLERANCE) return first?.time;
  const level = first.value;
  const below = reached.find(({ value }) => value !== undefined && value < level);
  return below ? (first.time + below.time) / 2 : first.time;
}
