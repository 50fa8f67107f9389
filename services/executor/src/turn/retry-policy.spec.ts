import { describe, expect, it } from '@jest/globals';
import { ModelError, type ModelErrorKind } from '@switchyard/models';
import { afterFailure, isBackendFailure, type Attempts } from './retry-policy.js';

const error = (kind: ModelErrorKind, retryAfterMs?: number): ModelError =>
  new ModelError({ kind, message: kind, retryAfterMs });
const attempt = (n: number): Attempts => ({ attempt: n, max: 4, remainingMs: Infinity });
const never = (): number => 0;

describe('after a failed model request', () => {
  it('gives up where another request cannot help, and after the last attempt', () => {
    expect(afterFailure(error('auth'), attempt(1), never)).toEqual({ action: 'give_up' });
    expect(afterFailure(error('unavailable'), attempt(4), never)).toEqual({ action: 'give_up' });
  });

  it('waits longer each time, up to a bound', () => {
    const waits = [1, 2, 3, 9].map((n) => afterFailure(error('unavailable'), { ...attempt(n), max: 20 }, never));
    expect(waits).toEqual([250, 500, 1_000, 10_000].map((ms) => ({ action: 'wait', ms })));
  });

  it('waits at least as long as the provider asks, and parks the run where that is long', () => {
    expect(afterFailure(error('rate_limited', 7_000), attempt(1), never)).toEqual({ action: 'wait', ms: 7_000 });
    expect(afterFailure(error('rate_limited', 60_000), attempt(1), never)).toEqual({ action: 'park', ms: 60_000 });
  });

  it('comes back after five minutes however long the provider asks for', () => {
    const decision = afterFailure(error('rate_limited', 86_400_000), attempt(1), never);
    expect(decision).toEqual({ action: 'park', ms: 300_000 });
  });

  it('gives up where the provider asks for more time than the run has left', () => {
    const left = (remainingMs: number) => ({ ...attempt(1), remainingMs });
    expect(afterFailure(error('rate_limited', 60_000), left(59_999), never)).toEqual({ action: 'give_up' });
    expect(afterFailure(error('rate_limited', 60_000), left(60_000), never)).toMatchObject({ action: 'park' });
    expect(afterFailure(error('unavailable'), left(1), never)).toMatchObject({ action: 'wait' });
  });

  it('says of the backend only what is about the backend', () => {
    expect(isBackendFailure(error('unavailable'))).toBe(true);
    expect(isBackendFailure(error('overflow'))).toBe(false);
    expect(isBackendFailure(error('cancelled'))).toBe(false);
  });
});
