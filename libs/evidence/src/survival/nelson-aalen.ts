import { normalWidth } from './interval.js';
import type { Interval } from '../interval.js';
import { livesLasting, riskTable } from './risk-table.js';
import { checkSubjects, type Subject } from './subject.js';

export interface HazardStep {
  time: number;
  atRisk: number;
  events: number;
  /** Expected ends of one who is replaced whenever it ends, until `time`. */
  hazard: number;
  standardError: number;
  /** Symmetric on the logarithm, so that it stays positive; undefined while the hazard is 0. */
  interval: Interval | undefined;
}

export interface HazardOptions {
  /** Default 0.95. */
  confidence?: number;
  /** Only of lives that lasted until then. Default: of all. */
  from?: number;
}

/**
 * Nelson and Aalen's cumulative hazard with Aalen's variance, as `cumhaz` and `std.chaz` of R's `survfit`: its slope
 * tells whether a configuration fails early, late, or at one rate.
 * @throws SwitchyardError `survival.invalid`
 */
export function nelsonAalen(all: readonly Subject[], { confidence = 0.95, from }: HazardOptions = {}): HazardStep[] {
  const subjects = livesLasting(all, from);
  checkSubjects(subjects);
  const width = normalWidth(confidence);
  let hazard = 0;
  let variance = 0;
  return riskTable(subjects).map(({ time, atRisk, events }) => {
    hazard += events / atRisk;
    variance += events / atRisk ** 2;
    const standardError = Math.sqrt(variance);
    const factor = Math.exp((width * standardError) / hazard);
    const interval = hazard > 0 ? { low: hazard / factor, high: hazard * factor } : undefined;
    return { time, atRisk, events, hazard, standardError, interval };
  });
}
