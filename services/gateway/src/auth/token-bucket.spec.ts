import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBuckets } from './token-bucket.js';

describe('a token bucket', () => {
  it('never allows more than one second of burst plus the rate, and always allows the rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 }),
        (rate, waits) => {
          let now = 0;
          const buckets = new TokenBuckets(rate, () => now);
          let allowed = 0;
          for (const wait of waits) {
            now += wait;
            const { allowed: yes, waitSeconds } = buckets.take('key');
            if (yes) allowed += 1;
            else {
              now += Math.ceil(waitSeconds * 1_000);
              expect(buckets.peek('key').allowed).toBe(true);
            }
          }
          expect(allowed).toBeLessThanOrEqual(rate + (now / 1_000) * rate + 1);
        },
      ),
    );
  });

  it('of one name does not empty another', () => {
    const buckets = new TokenBuckets(1, () => 0);
    expect(buckets.take('a').allowed).toBe(true);
    expect(buckets.take('a')).toEqual({ allowed: false, waitSeconds: 1 });
    expect(buckets.take('b').allowed).toBe(true);
  });
});
