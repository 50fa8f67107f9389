import { describe, expect, it } from '@jest/globals';
import { tQuantile95, Z95 } from './t-quantile.js';

describe('tQuantile95', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  it.each([
    [1, 12.706],
    [5, 2.571],
    [30, 2.042],
    [31, 2.04],
    [40, 2.021],
    [60, 2.0],
    [100, 1.984],
  ])('gives the published value at %d degrees of freedom', (degrees, value) => {
    expect(tQuantile95(degrees)).toBeCloseTo(value, 3);
  });

  it('falls towards the normal value', () => {
    for (let degrees = 1; degrees < 200; degrees += 1) {
      expect(tQuantile95(degrees + 1)).toBeLessThan(tQuantile95(degrees));
    }
    expect(tQuantile95(1_000_000)).toBeCloseTo(Z95, 5);
  });
});
