import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import fc from 'fast-check';
import { clusteredMean, designEffect } from './clustered.js';
import { intervalOf } from './estimate.js';
import { meanEstimate } from './mean.js';

const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });

describe('clusteredMean', () => {
  it('sums residuals by cluster before it squares them', () => {
    // Mean 0.5; residuals by cluster: a +1, b −1, c 0. sqrt(1 + 1 + 0) / 6.
    const rows: [string, number][] = [
      ['a', 1],
      ['a', 1],
      ['b', 0],
      ['b', 0],
      ['c', 1],
      ['c', 0],
    ];
    const estimate = clusteredMean(rows.map(([cluster, value]) => ({ cluster, value })));
    expect(estimate).toEqual({ value: 0.5, standardError: Math.SQRT2 / 6, freedom: 2, cases: 6, clusters: 3 });
  });

  it('is the usual standard error, but for n − 1, where every case is a cluster of its own', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const clustered = clusteredMean(sample.map((value, index) => ({ value, cluster: String(index) })));
        const shrunk = meanEstimate(sample).standardError * Math.sqrt((sample.length - 1) / sample.length);
        expect(clustered.standardError).toBeCloseTo(shrunk, 12);
      }),
    );
  });

  it('does not become surer by copies of the same cases', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 5 }), (sample, copies) => {
        const once = sample.map((value, index) => ({ value, cluster: String(index) }));
        const often = Array.from({ length: copies }, () => once).flat();
        expect(clusteredMean(often).standardError).toBeCloseTo(clusteredMean(once).standardError, 12);
      }),
    );
  });

  it('tells what clusters cost', () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      value: index < 20 ? 0 : 1,
      cluster: String(index % 20 < 10) + (index < 20),
    }));
    expect(designEffect(clusteredMean(rows), meanEstimate(rows.map(({ value }) => value)))).toBeGreaterThan(5);
  });

  it('covers the truth in 95 % of samples of 12 clusters, where the normal interval of independent cases covers far less', () => {
    const random = seededNumbers(31);
    let [covered, naive] = [0, 0];
    for (let sample = 0; sample < 1_000; sample++) {
      const rows = Array.from({ length: 12 }, (_, cluster) => {
        const level = random() - 0.5;
        return Array.from({ length: 20 }, () => ({ cluster: String(cluster), value: level + (random() - 0.5) }));
      }).flat();
      if (holds(intervalOf(clusteredMean(rows)), 0)) covered++;
      if (holds(intervalOf(meanEstimate(rows.map(({ value }) => value))), 0)) naive++;
    }
    expect(covered / 1_000).toBeGreaterThan(0.93);
    expect(covered / 1_000).toBeLessThan(0.975);
    expect(naive / 1_000).toBeLessThan(0.6);
  });
});

function holds({ low, high }: { low: number; high: number }, value: number): boolean {
  return low <= value && value <= high;
}
