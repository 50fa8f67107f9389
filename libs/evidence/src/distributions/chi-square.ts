import { logGamma } from './log-gamma.js';

const SMALL = 1e-300;
const EXACT = 1e-16;
const TERMS = 10_000;

/**
 * The probability that chi-square with `df` degrees of freedom exceeds `x`: the regularised upper incomplete gamma
 * function, by its series below the mean and by its continued fraction above it (Lentz's method), so that small
 * probabilities keep their digits.
 */
export function chiSquareTail(x: number, df: number): number {
  if (x <= 0) return 1;
  const a = df / 2;
  const half = x / 2;
  const scale = Math.exp(a * Math.log(half) - half - logGamma(a));
  return half < a + 1 ? 1 - scale * lowerSeries(a, half) : scale * upperFraction(a, half);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < TERMS && term > sum * EXACT; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / SMALL;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < TERMS; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / notZero(an * d + b);
    c = notZero(b + an / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < EXACT) break;
  }
  return value;
}

const notZero = (value: number) => (Math.abs(value) < SMALL ? SMALL : value);
