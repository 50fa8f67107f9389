import { stirlingError } from './log-gamma.js';

/**
 * Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) · x^a (1 − x)^b for a, b > 0: the chance of a successes and b failures, and of parts of
 * them. As deviances from what is expected, so that large numbers do not cancel: C. Loader, "Fast and accurate computation of
 * binomial probabilities" (2000).
 */
export function binomialTerm(a: number, b: number, x: number): number {
  const n = a + b;
  const logOfRest =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.exp(logOfRest) * Math.sqrt(n / (2 * Math.PI * a * b));
}

/** x ln(x / mean) + mean − x, without the cancellation where both are near. */
function deviance(x: number, mean: number): number {
  const relative = (x - mean) / (x + mean);
  if (Math.abs(relative) >= 0.1) return x * Math.log(x / mean) + mean - x;
  let sum = (x - mean) * relative;
  let power = 2 * x * relative;
  for (let odd = 3; ; odd += 2) {
    power *= relative * relative;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}
