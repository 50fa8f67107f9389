import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, fits, limitOf, reserveOf } from './daily-limit.js';

describe('what asks of a day may cost', () => {
  it('is never more than the limit, whatever runs cost of what was set aside for them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1_000, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
        (limit, shares) => {
          let spent = 0;
          for (const share of shares) if (fits(spent, limit)) spent += share * reserveOf(limit);
          expect(spent).toBeLessThanOrEqual(limit * 1.000001);
        },
      ),
    );
  });

  it('allows ten that cost all that they may, and no eleventh', () => {
    const asked = Array.from({ length: 12 }).reduce<number[]>((spent) => {
      const sum = spent.reduce((total, one) => total + one, 0);
      return fits(sum, 1) ? [...spent, reserveOf(1)] : spent;
    }, []);
    expect(asked).toHaveLength(10);
  });

  it('counts from midnight in UTC', () => {
    expect(dayOf(new Date('2026-11-27T23:59:59.999Z')).toISOString()).toBe('2026-11-27T00:00:00.000Z');
  });

  it.each([undefined, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'is one dollar where it is said to be %s',
    (said) => {
      expect(limitOf(said)).toBe(1);
    },
  );
});
