/** US dollars a day where nobody says otherwise; as in the contract. */
export const DEFAULT_MAX_USD_PER_DAY = 1;
/** One ask may cost this part of a day's limit: a single long answer then cannot take all of it. */
const SHARE = 0.1;
/** Sums of money are binary fractions. */
const ROUNDING = 1e-9;

/** When the day began in which the limit counts, in UTC. */
export function dayOf(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

/** @returns the limit of a policy, in US dollars a day */
export function limitOf(maxUsdPerDay: number | undefined): number {
  return maxUsdPerDay !== undefined && Number.isFinite(maxUsdPerDay) && maxUsdPerDay > 0
    ? maxUsdPerDay
    : DEFAULT_MAX_USD_PER_DAY;
}

/** @returns what the run of one ask may cost, in US dollars; the router holds it to that */
export function reserveOf(maxUsdPerDay: number): number {
  return maxUsdPerDay * SHARE;
}

/**
 * Whether another ask fits into the day. What runs under way may still cost counts as spent, so that the limit holds
 * however many are asked at once.
 */
export function fits(spentUsd: number, maxUsdPerDay: number): boolean {
  return spentUsd + reserveOf(maxUsdPerDay) <= maxUsdPerDay + ROUNDING;
}
