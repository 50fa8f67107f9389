import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import fc from 'fast-check';
import { backoffMs } from './backoff.js';
import { isExhausted, settle } from './settlement.js';

const retryable = new SwitchyardError('a.b', 'later', { retryable: true });
const terminal = new SwitchyardError('a.b', 'never');
const failed = { error: retryable, delivery: 1, maxDeliver: 3, stopping: false };

describe('settlement of failed work', () => {
  it('tries again what may succeed later, and what nobody foresaw', () => {
    expect(settle(failed)).toEqual({ action: 'retry', delayMs: 500 });
    expect(settle({ ...failed, error: new TypeError('x'), delivery: 2 })).toEqual({ action: 'retry', delayMs: 1_000 });
    expect(settle({ ...failed, error: 'a thrown text' })).toEqual({ action: 'retry', delayMs: 500 });
  });

  it('ends what cannot succeed, and what failed too often', () => {
    expect(settle({ ...failed, error: terminal })).toEqual({ action: 'dead', reason: 'terminal' });
    expect(settle({ ...failed, delivery: 3 })).toEqual({ action: 'dead', reason: 'exhausted' });
  });

  it('never ends what was stopped from outside', () => {
    const deliveries = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(deliveries, fc.constantFrom<unknown>(retryable, terminal, new Error('x')), (delivery, error) => {
        expect(settle({ ...failed, delivery, error, stopping: true })).toEqual({ action: 'retry', delayMs: 0 });
      }),
    );
  });

  it('gives a message that ends every process it meets a few more tries, and then no more', () => {
    expect(isExhausted(3, 3)).toBe(false);
    expect(isExhausted(8, 3)).toBe(false);
    expect(isExhausted(9, 3)).toBe(true);
  });
});

describe('back-off', () => {
  it('grows, never shrinks, and has an end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (delivery) => {
        expect(backoffMs(delivery + 1)).toBeGreaterThanOrEqual(backoffMs(delivery));
        expect(backoffMs(delivery)).toBeLessThanOrEqual(60_000);
      }),
    );
    expect([1, 2, 3, 8, 9].map((delivery) => backoffMs(delivery))).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
  });
});
