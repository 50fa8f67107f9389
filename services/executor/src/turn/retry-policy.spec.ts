import { describe, expect, it } from '@jest/globals';
import { ModelError, type ModelErrorKind } from '@switchyard/models';
import { afterFailure, isBackendFailure } from './retry-policy.js';

const error = (kind: ModelErrorKind, retryAfterMs?: number): ModelError =>
  new ModelError({ kind, message: kind, retryAfterMs });
const never = (): number => 0;

describe('after a failed model request', () => {
  it('gives up where another request cannot help, and after the last attempt', () => {
    expect(afterFailure(error('auth'), 1, 4, never)).toEqual({ action: 'give_up' });
    expect(afterFailure(error('unavailable'), 4, 4, never)).toEqual({ action: 'give_up' });
  });

  it('waits longer each time, up to a bound', () => {
    const waits = [1, 2, 3, 9].map((attempt) => afterFailure(error('unavailable'), attempt, 20, never));
    expect(waits).toEqual([250, 500, 1_000, 10_000].map((ms) => ({ action: 'wait', ms })));
  });

  it('waits at least as long as the provider asks, and hands the run back where that is long', () => {
    expect(afterFailure(error('rate_limited', 7_000), 1, 4, never)).toEqual({ action: 'wait', ms: 7_000 });
    expect(afterFailure(error('rate_limited', 60_000), 1, 4, never)).toEqual({ action: 'hand_back', ms: 60_000 });
  });

  it('says of the backend only what is about the backend', () => {
    expect(isBackendFailure(error('unavailable'))).toBe(true);
    expect(isBackendFailure(error('overflow'))).toBe(false);
    expect(isBackendFailure(error('cancelled'))).toBe(false);
  });
});
