import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wilsonInterval } from './wilson.js';

describe('wilsonInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('gives the published interval of %d of %d', (successes, total, low, high) => {
    const interval = wilsonInterval(successes / total, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('says that anything is possible where nothing was counted', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('is never certain: it has a width, however many values there are and however alike', () => {
    const mean = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1));
    fc.assert(
      fc.property(mean, fc.integer({ min: 1, max: 1_000_000_000 }), (value, count) => {
        const { low, high } = wilsonInterval(value, count);
        expect(high).toBeGreaterThan(low);
      }),
    );
  });

  it('stays within 0 and 1, and holds the mean, for any values from 0 to 1', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, (scores) => {
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        const { low, high } = wilsonInterval(mean, scores.length);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('mirrors successes and failures', () => {
    const counts = fc
      .integer({ min: 1, max: 10_000 })
      .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
    fc.assert(
      fc.property(counts, ([successes, total]) => {
        const mirrored = wilsonInterval((total - successes) / total, total);
        expect(mirrored.low).toBeCloseTo(1 - wilsonInterval(successes / total, total).high, 10);
      }),
    );
  });
});
