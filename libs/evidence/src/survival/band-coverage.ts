import { kaplanMeier, stepAt } from './kaplan-meier.js';
import { simultaneousBand, type BandOptions, type SimultaneousBand } from './simultaneous-band.js';
import type { Subject } from './subject.js';

export interface CoverageOptions extends BandOptions {
  /** Default 2,000: a standard error of half a point. */
  simulations?: number;
  /** Default 100. */
  subjects?: number;
  /** Default 0.3. */
  censored?: number;
}

export interface BandCoverage {
  simulations: number;
  /** Of simulations: the band held the whole true curve. */
  survival_band_coverage: number;
  /** Of simulations: the interval at the true median held it. */
  survival_interval_coverage: number;
  /** Simulations in which too few lives ended for a band. They count as not covered. */
  without_band: number;
}

/**
 * How often the bands are true to their word where the truth is known: lives end at random at one rate, and at random
 * watching ends before.
 * @param random from 0 up to 1, seeded
 */
export function bandCoverage(random: () => number, options: CoverageOptions = {}): BandCoverage {
  const { simulations = 2_000, subjects = 100, censored = 0.3, ...band } = options;
  let [whole, median, without] = [0, 0, 0];
  for (let simulation = 0; simulation < simulations; simulation += 1) {
    const curve = kaplanMeier(Array.from({ length: subjects }, () => life(random, censored)));
    const held = simultaneousBand(curve, band);
    if (!held) without += 1;
    else if (holdsExponential(held)) whole += 1;
    const interval = stepAt(curve.steps, Math.LN2)?.interval;
    if (interval && interval.low <= 0.5 && interval.high >= 0.5) median += 1;
  }
  return {
    simulations,
    survival_band_coverage: whole / simulations,
    survival_interval_coverage: median / simulations,
    without_band: without,
  };
}

/** Ends at rate 1, unless watching ends before at the rate that censors the given share. */
function life(random: () => number, censored: number): Subject {
  const end = -Math.log(1 - random());
  const watched = (-Math.log(1 - random()) * (1 - censored)) / censored;
  return end <= watched ? { exit: end, cause: 'end' } : { exit: watched };
}

/** A band is level between steps and the truth falls: it leaves at the top at their start, at the bottom at their end. */
function holdsExponential({ steps, until }: SimultaneousBand): boolean {
  return steps.every(({ time, low, high }, i) => {
    const next = steps[i + 1]?.time ?? until;
    return Math.exp(-time) <= high && Math.exp(-next) >= low;
  });
}
