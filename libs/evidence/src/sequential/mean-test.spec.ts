import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedMean } from './bounded-mean.js';
import { MeanTest } from './mean-test.js';

const score = fc.double({ min: 0, max: 1, noNaN: true });

describe('MeanTest', () => {
  it('takes what cannot be for proof: a value above a mean of 0, where none is below', () => {
    const test = new MeanTest({ mean: 0, side: 'above' });
    test.add(0);
    expect(test.logEvidence).toBe(0);
    test.add(0.5);
    expect(test.refutedAt(1e-9)).toBe(true);
  });

  it('comes step by step to what BoundedMean says of all, and never forgets its best moment', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), (values) => {
        const test = new MeanTest({ mean: 0.4, side: 'above' });
        const all = new BoundedMean();
        let most = 0;
        for (const value of values) {
          test.add(value);
          all.add(value);
          most = Math.max(most, all.logEvidenceAbove(0.4));
        }
        expect(test.logEvidence).toBeCloseTo(most, 9);
      }),
    );
  });
});
