import { checkWithin } from '../invalid.js';

const SQRT_TAU = Math.sqrt(2 * Math.PI);

export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_TAU;
}

/** Share of the standard normal distribution below z; right in relative terms far into the lower tail. */
export function normalCdf(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/**
 * The z below which this share of the standard normal distribution lies; −∞ and ∞ for 0 and 1.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function normalQuantile(share: number): number {
  checkWithin('The share', share, 0, 1);
  if (share === 0 || share === 1) return share === 0 ? -Infinity : Infinity;
  const tail = Math.min(share, 1 - share);
  // Abramowitz and Stegun 26.2.23 is right to 4.5e-4; each of Halley's steps triples the digits.
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const miss = (upperTail(z) - tail) / normalDensity(z);
    z += miss / (1 - (miss * z) / 2);
  }
  return share < 0.5 ? -z : z;
}

/** For z from 0 (or a little below). The series cancels far out, the continued fraction is slow near 0. */
function upperTail(z: number): number {
  return z < 2.5 ? 0.5 - normalDensity(z) * oddSeries(z) : normalDensity(z) / (z + millsFraction(z));
}

/** z + z³/3 + z⁵/15 + …: G. Marsaglia, Journal of Statistical Software 11 (2004). */
function oddSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** 1/(z + 2/(z + 3/(z + …))), Laplace's fraction of Mills's ratio; 200 places are more than double precision needs from 2.5. */
function millsFraction(z: number): number {
  let rest = 0;
  for (let place = 200; place >= 1; place--) rest = place / (z + rest);
  return rest;
}
