import { describe, expect, it } from '@jest/globals';
import { percentile, spread } from './statistics.js';

describe('percentile', () => {
  it('is the nearest rank', () => {
    const sample = [15, 20, 35, 40, 50];
    expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(sample, share))).toEqual([15, 20, 20, 35, 50]);
  });

  it('of nothing is no number', () => expect(percentile([], 0.5)).toBeNaN());

  it('does not mind the order', () => expect(spread([3, 1, 2])).toEqual({ count: 3, p50: 2, p95: 3, min: 1, max: 3 }));
});
