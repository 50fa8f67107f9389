import { checkWithin, invalid } from '../invalid.js';
import { binomialTerm } from './binomial-term.js';

/**
 * Share of the beta distribution below x: the regularised incomplete beta function.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function betaCdf(x: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  return x < (a + 1) / (a + b + 2) ? lowerPart(x, a, b) : 1 - lowerPart(1 - x, b, a);
}

/**
 * The x below which this share of the beta distribution lies.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function betaQuantile(share: number, a: number, b: number): number {
  checkShape(a, b);
  checkWithin('The share', share, 0, 1);
  let low = 0;
  let high = 1;
  // Halving needs no good start and cannot leave the interval; it ends where two doubles are neighbours.
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (betaCdf(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Lentz's continued fraction of DLMF 8.17.22; it converges fast below the mean. */
function lowerPart(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d, tiny);
    c = awayFromZero(1 + even / c, tiny);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d, tiny);
    c = awayFromZero(1 + odd / c, tiny);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return ((binomialTerm(a, b, x) * b) / (a + b)) * fraction;
}

function awayFromZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

function checkShape(a: number, b: number): void {
  if (!(a > 0 && b > 0) || !Number.isFinite(a + b))
    throw invalid(`A beta distribution of ${a} and ${b} does not exist. Give two numbers above 0.`);
}
