import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupedShare, type Group } from './grouped-share.js';
import { wilsonInterval } from './wilson.js';

const groupOf = (scores: readonly number[], weight = 1): Group => ({
  cases: scores.length,
  weight: weight * scores.length,
  squaredWeight: weight ** 2 * scores.length,
  sum: weight * scores.reduce((sum, score) => sum + score, 0),
  squares: weight * scores.reduce((sum, score) => sum + score ** 2, 0),
});
const score = fc.double({ min: 0, max: 1, noNaN: true });
const groups = fc.array(fc.array(score, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });

describe('a share of cases in clusters', () => {
  it("is Wilson's where each case is a cluster of its own", () => {
    const scores = [1, 1, 0, 1, 0, 1, 1, 1];
    const share = groupedShare(scores.map((each) => groupOf([each])));
    expect(share).toMatchObject({ mean: 0.75, groups: 8 });
    expect(share.effective).toBeCloseTo(8, 12);
    expect(share.low).toBeCloseTo(wilsonInterval(0.75, 8).low, 12);
  });

  it('counts cases that always agree as one, and those that vary as much within as between as many', () => {
    const agree = groupedShare([groupOf([1, 1, 1]), groupOf([0, 0, 0]), groupOf([1, 1, 1]), groupOf([0, 0, 0])]);
    expect(agree.effective).toBeCloseTo(4, 12);
    const vary = groupedShare([groupOf([1, 0, 1, 0]), groupOf([0, 1, 0, 1])]);
    expect(vary.effective).toBeCloseTo(8, 12);
  });

  it('is as wide as its clusters are few where all scores are alike', () => {
    const { low, high, effective } = groupedShare([groupOf([1, 1, 1, 1]), groupOf([1, 1, 1, 1])]);
    expect(effective).toBeCloseTo(2, 12);
    expect({ low, high }).toEqual(wilsonInterval(1, 2));
  });

  it('weighs: a case of weight 3 counts as much as three, and is worth less than they', () => {
    const share = groupedShare([groupOf([1], 3), groupOf([0], 1)]);
    expect(share.mean).toBe(0.75);
    expect(share.effective).toBeCloseTo(16 / 10, 12);
  });

  it('is never worth less than its clusters or more than its cases, and its mean lies within', () => {
    fc.assert(
      fc.property(groups, (scores) => {
        const share = groupedShare(scores.map((each) => groupOf(each)));
        const cases = scores.flat().length;
        expect(share.effective).toBeLessThanOrEqual(cases + 1e-9);
        const clusters = cases ** 2 / scores.reduce((sum, each) => sum + each.length ** 2, 0);
        expect(share.effective).toBeGreaterThanOrEqual(clusters - 1e-9);
        expect(share.low).toBeLessThanOrEqual(share.mean + 1e-12);
        expect(share.high).toBeGreaterThanOrEqual(share.mean - 1e-12);
      }),
    );
  });

  it('of nothing says nothing, and a weight of 0 is refused', () => {
    expect(groupedShare([])).toEqual({ mean: 0, low: 0, high: 1, effective: 0, groups: 0 });
    expect(() => groupedShare([groupOf([1], 0)])).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
