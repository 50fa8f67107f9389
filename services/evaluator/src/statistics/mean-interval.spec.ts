import { describe, expect, it } from '@jest/globals';
import { meanInterval } from './mean-interval.js';

describe('meanInterval', () => {
  it('gives the published interval', () => {
    // Student's sleep data, drug 1 less its shift: R's t.test(extra ~ 1, group 1) gives -0.5297804 to 2.0297804 for mean
    // 0.75, sd 1.78901, n = 10. Scaled by a tenth and moved by a half into 0 to 1.
    const { low, high } = meanInterval({ count: 10, mean: 0.5 + 0.075, standardDeviation: 0.178901 });
    expect(low).toBeCloseTo(0.5 - 0.05297804, 4);
    expect(high).toBeCloseTo(0.5 + 0.20297804, 4);
  });

  it('stays within 0 and 1', () => {
    expect(meanInterval({ count: 2, mean: 0.9, standardDeviation: 0.1 })).toEqual({ low: expect.any(Number), high: 1 });
    expect(meanInterval({ count: 2, mean: 0.1, standardDeviation: 0.1 }).low).toBe(0);
  });

  it('claims nothing from one value', () => {
    expect(meanInterval({ count: 1, mean: 0.5, standardDeviation: 0 })).toEqual({ low: 0, high: 1 });
  });
});
