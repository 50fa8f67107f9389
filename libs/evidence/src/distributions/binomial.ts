import type { Interval } from '../interval.js';
import { checkProbability, invalid } from '../invalid.js';
import { betaCdf, betaQuantile } from './beta.js';

/**
 * Chance of at most this many successes.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function binomialCdf(successes: number, trials: number, share: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  const whole = Math.floor(successes);
  return 1 - betaCdf(share, whole + 1, trials - whole);
}

/**
 * Clopper and Pearson's exact interval of a share (Biometrika 26, 1934): never too narrow, at most sizes too wide.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function exactShareInterval(successes: number, trials: number, alpha = 0.05): Interval {
  checkProbability('alpha', alpha);
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials)
    throw invalid(`${successes} of ${trials} is no count of successes. Give whole numbers, no more than the trials.`);
  return {
    low: successes === 0 ? 0 : betaQuantile(alpha / 2, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - alpha / 2, successes + 1, trials - successes),
  };
}
