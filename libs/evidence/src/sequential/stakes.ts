import { invalid } from '../invalid.js';

/** A share of the wealth that is bet on every observation, and the share of the first wealth that is bet so. */
export interface Stake {
  share: number;
  weight: number;
}

/**
 * Bets for regressions of 2 to 10 points at 5 to 20 % of pairs that differ: the best stake is nearly the difference divided by
 * the share of pairs that differ. The small ones are for narrow intervals over thousands of cases, and cost little where they lose.
 */
export const DEFAULT_STAKES: readonly Stake[] = [
  { share: 0.04, weight: 0.04 },
  { share: 0.1, weight: 0.08 },
  { share: 0.2, weight: 0.18 },
  { share: 0.35, weight: 0.28 },
  { share: 0.5, weight: 0.26 },
  { share: 0.7, weight: 0.16 },
];

/** @throws SwitchyardError `evidence.invalid` */
export function checkStakes(stakes: readonly Stake[]): readonly Stake[] {
  const total = stakes.reduce((sum, { weight }) => sum + weight, 0);
  const within = stakes.every(({ share, weight }) => share > 0 && share < 1 && weight > 0);
  if (!within || Math.abs(total - 1) > 1e-9)
    throw invalid(
      'Stakes must lie between 0 and 1 with weights above 0 that sum up to 1; otherwise the bet could lose more than it has, or starts with more than 1.',
    );
  return stakes;
}

/**
 * What a wealth of 1 becomes by one bet that the mean is above `mean`, for a value from 0 to 1: at most 1 on average where the
 * mean is `mean` or below, and falling in `mean`. Waudby-Smith and Ramdas, JRSS B 86 (2024), section 4, with λ = share / mean.
 */
export function payout(share: number, value: number, mean: number): number {
  // A mean of 0 allows no value but 0, and one below 0 none: what is not allowed is proof.
  if (mean <= 0) return value > 0 || mean < 0 ? Infinity : 1;
  return 1 - share + (share * value) / mean;
}
