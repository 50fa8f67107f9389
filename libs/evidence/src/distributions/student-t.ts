import { checkWithin, invalid } from '../invalid.js';
import { betaCdf, betaQuantile } from './beta.js';

/**
 * Share of Student's t distribution below t; the degrees of freedom need not be whole.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function studentTCdf(t: number, freedom: number): number {
  checkFreedom(freedom);
  const tail = betaCdf(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The t below which this share of Student's t distribution lies.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function studentTQuantile(share: number, freedom: number): number {
  checkFreedom(freedom);
  checkWithin('The share', share, 0, 1);
  const both = 2 * Math.min(share, 1 - share);
  const size = both < 0.5 ? farFromZero(both, freedom) : nearZero(both, freedom);
  return share < 0.5 ? -size : size;
}

function farFromZero(both: number, freedom: number): number {
  const x = betaQuantile(both, freedom / 2, 0.5);
  return Math.sqrt((freedom * (1 - x)) / x);
}

/** From the other end of the same distribution, where the first would lose its digits. */
function nearZero(both: number, freedom: number): number {
  const x = betaQuantile(1 - both, 0.5, freedom / 2);
  return Math.sqrt((freedom * x) / (1 - x));
}

function checkFreedom(freedom: number): void {
  if (!(freedom > 0) || !Number.isFinite(freedom))
    throw invalid(`${freedom} degrees of freedom say nothing of a spread. Give at least two values or clusters.`);
}
