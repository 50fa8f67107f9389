/** One direction: how far observations ran away since they last did not, and which observations these are. */
export interface Run {
  excess: number;
  count: number;
  sum: number;
}

/** Page's cumulative sums over the distances of observations from what was expected: plain JSON. */
export interface ChangeDetector {
  down: Run;
  up: Run;
}

/** A change that was noticed. */
export interface Change {
  direction: 'down' | 'up';
  /** Observations since it began, as far as can be told. */
  count: number;
  /** By how much these lay off what was expected, on average. */
  shift: number;
}

const NO_RUN: Run = { excess: 0, count: 0, sum: 0 };
export const NO_CHANGE: ChangeDetector = { down: NO_RUN, up: NO_RUN };

/** Half of the smallest change that is to be noticed soon: 20 points of quality. */
const SLACK = 0.1;

/**
 * With passes of probability 0.7 a false alarm comes once in some hundreds of thousands of runs (Siegmund's approximation
 * with θ = 2 · slack / variance), so that few come of a hundred classes; a fall of 40 points is noticed after about 40 runs,
 * one of 20 points after about 150.
 */
const LIMIT = 12;

/** Adds how far an observation lay off what was expected. Where a change is noticed the sums begin again. */
export function watch(detector: ChangeDetector, distance: number): { detector: ChangeDetector; change?: Change } {
  const down = longer(detector.down, -distance, distance);
  const up = longer(detector.up, distance, distance);
  if (down.excess <= LIMIT && up.excess <= LIMIT) return { detector: { down, up } };
  const [direction, run] = down.excess > LIMIT ? (['down', down] as const) : (['up', up] as const);
  return { detector: NO_CHANGE, change: { direction, count: run.count, shift: run.sum / run.count } };
}

function longer(run: Run, away: number, distance: number): Run {
  const excess = run.excess + away - SLACK;
  return excess <= 0 ? NO_RUN : { excess, count: run.count + 1, sum: run.sum + distance };
}
