const DAY_MS = 86_400_000;

/** After this many days the bonus of a fresh memory has halved. */
export const HALF_LIFE_DAYS = 30;
/** The most that freshness adds: a tenth, enough to order near-equal matches and too little to lift a poor one over a good one. */
export const MAX_BONUS = 0.1;

/** The factor by which a match of this age is weighed, from 1 + MAX_BONUS (now) down to 1. A time in the future counts as now. */
export function recencyFactor(ageMs: number): number {
  return 1 + MAX_BONUS * 2 ** (-Math.max(0, ageMs) / (HALF_LIFE_DAYS * DAY_MS));
}
