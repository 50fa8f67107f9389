/**
 * The circuit breaker of a backend, for the whole fleet. Failures in a row open it: nobody asks the backend before
 * `open_until`. After that it is half open: one request at a time finds out, and a success closes it, a failure opens it for
 * longer. Numbers of libs that are well known for it are alike: a handful of failures, seconds at first, a minute at most.
 */
export const OPENING_FAILURES = 5;
/** They come within this time, in milliseconds. */
export const FAILURE_WINDOW_MS = 60_000;
const FIRST_COOL_DOWN_MS = 2_000;
const MAX_COOL_DOWN_MS = 60_000;

/** An endpoint that says "too many" works, and has its own pause. */
export function countsForCircuit(code: string): boolean {
  return !code.startsWith('model.rate_limited');
}

/**
 * Milliseconds that the circuit stays open.
 *
 * @param openings in a row before this one
 * @param random from 0 to below 1: up to a quarter more, so that backends that failed together are not probed together
 */
export function coolDownMs(openings: number, random: number): number {
  return Math.round(Math.min(MAX_COOL_DOWN_MS, FIRST_COOL_DOWN_MS * 2 ** Math.min(openings, 10)) * (1 + random / 4));
}
