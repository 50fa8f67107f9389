import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import fc from 'fast-check';
import { BoundedMean } from './bounded-mean.js';
import { MeanTest } from './mean-test.js';
import { checkStakes } from './stakes.js';

const score = fc.double({ min: 0, max: 1, noNaN: true });

describe('BoundedMean', () => {
  it('has the wealth of one stake in closed form', () => {
    const evidence = new BoundedMean({ stakes: [{ share: 0.5, weight: 1 }] });
    for (const value of [1, 1, 0, 1]) evidence.add(value);
    // Against 1/2: (1/2 + 1/2 · 1/(1/2))³ · (1/2) = 1.5³ · 0.5.
    expect(evidence.logEvidenceAbove(0.5)).toBeCloseTo(Math.log(1.5 ** 3 * 0.5), 12);
    expect(evidence.logEvidenceBelow(0.5)).toBeCloseTo(Math.log(0.5 ** 3 * 1.5), 12);
  });

  it('has no evidence that is above 1 on average where the mean is as said', () => {
    // All series of ten tosses of a fair coin, each as likely as the others.
    let sum = 0;
    for (let heads = 0; heads <= 10; heads++) {
      const evidence = new BoundedMean();
      evidence.add(1, heads);
      evidence.add(0, 10 - heads);
      sum += (choose(10, heads) / 1024) * Math.exp(evidence.logEvidenceAbove(0.5));
    }
    expect(sum).toBeCloseTo(1, 10);
  });

  it('holds the mean in its interval, and stays within the bounds', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 60 }), (values) => {
        const evidence = new BoundedMean();
        for (const value of values) evidence.add(value);
        const { low, high } = evidence.interval(0.05);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(evidence.mean + 1e-12);
        expect(high).toBeGreaterThanOrEqual(evidence.mean - 1e-12);
      }),
    );
  });

  it('says the same of differences as of their mirror image', () => {
    const difference = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1, maxLength: 40 }), (values) => {
        const [one, other] = [new BoundedMean({ low: -1 }), new BoundedMean({ low: -1 })];
        for (const value of values) {
          one.add(value);
          other.add(-value);
        }
        expect(one.lowerBound(0.05)).toBeCloseTo(-other.upperBound(0.05), 9);
      }),
    );
  });

  it('misses the mean in at most 5 % of series, though it is looked at after every case', () => {
    const random = seededNumbers(7);
    let missed = 0;
    const series = 400;
    for (let index = 0; index < series; index++) {
      const [below, above] = [new MeanTest({ mean: 0.9, side: 'below' }), new MeanTest({ mean: 0.9, side: 'above' })];
      for (let count = 0; count < 1_000; count++) {
        const value = random() < 0.9 ? 1 : 0;
        below.add(value);
        above.add(value);
      }
      if (below.refutedAt(0.025) || above.refutedAt(0.025)) missed++;
    }
    expect(missed / series).toBeLessThanOrEqual(0.05);
  });

  it('projects: ten times the values say what a tenth of them would have said ten times', () => {
    const [few, many] = [new BoundedMean({ low: -1 }), new BoundedMean({ low: -1 })];
    for (const value of [-1, 0, 0, 1, 0.25]) {
      few.add(value);
      many.add(value, 10);
    }
    expect(few.scaled(10).interval(0.05)).toEqual(many.interval(0.05));
  });

  it.each([Number.NaN, Infinity, -0.1, 1.1])('refuses a score of %d', (value) => {
    expect(() => new BoundedMean().add(value)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
    expect(() => new MeanTest({ mean: 0.5, side: 'below' }).add(value)).toThrow(
      expect.objectContaining({ code: 'evidence.invalid' }),
    );
  });

  it.each([[[]], [[{ share: 1, weight: 1 }]], [[{ share: 0.5, weight: 2 }]]])('refuses stakes %j', (stakes) => {
    expect(() => checkStakes(stakes)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
}
