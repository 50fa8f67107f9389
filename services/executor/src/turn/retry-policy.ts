import type { ModelError, ModelErrorKind } from '@switchyard/models';

/** First wait between two requests for the same turn, doubling, in milliseconds. */
const FIRST_MS = 250;
const MAX_MS = 10_000;
/** The longest time that a provider may ask for while the run stays in hand; a longer one parks the run. */
const MAX_IN_HAND_MS = 30_000;
/** However long a provider asks for, it is tried again after this: what it said may be wrong, or be put right by then. */
const MAX_PARKED_MS = 5 * 60_000;

export type RetryDecision =
  | { action: 'wait'; ms: number }
  /** Try again later, with the run parked so that nobody is kept busy. */
  | { action: 'park'; ms: number }
  | { action: 'give_up' };

export interface Attempts {
  /** The number of the attempt that failed, from 1. */
  attempt: number;
  max: number;
  /** The time that the run has left, in milliseconds; Infinity where it has no limit. */
  remainingMs: number;
}

/** What to do after an attempt failed. */
export function afterFailure(
  error: ModelError,
  { attempt, max, remainingMs }: Attempts,
  random: () => number = Math.random,
): RetryDecision {
  if (!error.retryable || attempt >= max || asksTooMuch(error, remainingMs)) return { action: 'give_up' };
  // Up to a quarter more, so that runs that failed together do not come back together.
  const backoff = Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1)) * (1 + random() / 4);
  const ms = Math.ceil(Math.max(backoff, error.retryAfterMs ?? 0));
  return ms > MAX_IN_HAND_MS ? { action: 'park', ms: Math.min(ms, MAX_PARKED_MS) } : { action: 'wait', ms };
}

/** Whether the provider asks for more time than the run has left. */
export function asksTooMuch(error: ModelError, remainingMs: number): boolean {
  return (error.retryAfterMs ?? 0) > remainingMs;
}

/** Failures that say something about the backend; the others are about this one request. */
const BACKEND_KINDS: ReadonlySet<ModelErrorKind> = new Set([
  'rate_limited',
  'overloaded',
  'quota',
  'auth',
  'malformed',
  'broken_stream',
  'unavailable',
  'timeout',
]);

export function isBackendFailure(error: ModelError): boolean {
  return BACKEND_KINDS.has(error.kind);
}
