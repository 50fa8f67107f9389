import { integrate } from './quadrature.js';

/** Beyond so many standard deviations a normal density adds less than 1e-15. */
const REACH = 8;
const STEPS = 100;

/**
 * What the largest absolute value of a Brownian bridge on [a, b] exceeds with probability `alpha`: the critical value of
 * Hall and Wellner's band. From the joint density at a and b and the reflection principle between them; on [0, 1] it is
 * Kolmogorov's.
 */
export function bridgeCriticalValue(alpha: number, a: number, b: number): number {
  return falling((level) => 1 - staysWithin(level, a, b), alpha, 0.1, 5);
}

/**
 * The same of a Brownian bridge divided by its standard deviation: the critical value of the equal precision band. By
 * Nair's approximation (Technometrics 26, 1984), whose tables are computed from it; it is made for small `alpha`.
 */
export function scaledBridgeCriticalValue(alpha: number, a: number, b: number): number {
  const spread = Math.log((b * (1 - a)) / (a * (1 - b)));
  const exceeds = (c: number) => {
    const density = Math.exp(-(c * c) / 2) / Math.sqrt(2 * Math.PI);
    return density * (4 / c + spread * (c - 1 / c));
  };
  // From 1 on the approximation falls.
  return falling(exceeds, alpha, 1, 40);
}

function staysWithin(level: number, a: number, b: number): number {
  const start = Math.sqrt(a * (1 - a));
  const spread = Math.sqrt(((b - a) * (1 - b)) / (1 - a));
  return overNormal(0, start, level, (x) =>
    overNormal((x * (1 - b)) / (1 - a), spread, level, (y) => staysBetween(level, x, y, b - a)),
  );
}

/** The mean of f over a normal variable, of its values within ±level. */
function overNormal(mean: number, deviation: number, level: number, f: (x: number) => number): number {
  if (deviation === 0) return Math.abs(mean) < level ? f(mean) : 0;
  const from = Math.max(-level, mean - REACH * deviation);
  const to = Math.min(level, mean + REACH * deviation);
  if (from >= to) return 0;
  const density = (x: number) => Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
  return integrate((x) => density(x) * f(x), from, to);
}

/** The probability that a Brownian path from x to y in the given time stays within ±level: images at both walls. */
function staysBetween(level: number, x: number, y: number, time: number): number {
  const straight = (y - x) ** 2;
  const image = (distance: number) => Math.exp((straight - distance ** 2) / (2 * time));
  let sum = 0;
  for (let k = -3; k <= 3; k += 1) sum += image(y - x + 4 * k * level) - image(y + x - 2 * level + 4 * k * level);
  return Math.max(sum, 0);
}

/** Where a falling function comes down to a value: false position, with the end that stays halved (Illinois). */
function falling(f: (x: number) => number, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [above, below] = [f(low) - value, f(high) - value];
  for (let step = 0; step < STEPS && high - low > 1e-8; step += 1) {
    const between = (low * below - high * above) / (below - above);
    const rest = f(between) - value;
    if (Math.abs(rest) < 1e-10) return between;
    if (rest > 0) [low, above, below] = [between, rest, below / 2];
    else [high, below, above] = [between, rest, above / 2];
  }
  return (low + high) / 2;
}
