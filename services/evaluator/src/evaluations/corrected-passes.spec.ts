import { describe, expect, it } from '@jest/globals';
import { groupedShare, type Group } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import { correctedPasses } from './corrected-passes.js';

const LABELS = { right: { cases: 80, agreed: 72 }, wrong: { cases: 60, agreed: 42 } };

describe('the share that people would pass', () => {
  it('takes out what the judge errs by', () => {
    const corrected = correctedPasses({ mean: 0.3 * 0.1 + 0.9 * 0.9, effective: 1_000 }, LABELS);
    expect(corrected?.share).toBeCloseTo(0.9, 12);
    expect(corrected).toMatchObject({ sensitivity: 0.9, specificity: 0.7 });
  });

  it('is not told by a judge that is not calibrated, nor of no runs', () => {
    const coin = { right: { cases: 100, agreed: 50 }, wrong: { cases: 100, agreed: 50 } };
    const few = { right: { cases: 19, agreed: 19 }, wrong: { cases: 19, agreed: 19 } };
    expect(correctedPasses({ mean: 0.5, effective: 100 }, coin)).toBeUndefined();
    expect(correctedPasses({ mean: 0.5, effective: 100 }, few)).toBeUndefined();
    expect(correctedPasses({ mean: 0, effective: 0 }, LABELS)).toBeUndefined();
  });

  it('stands where all weight is on one run, or every run passed', () => {
    expect(correctedPasses({ mean: 1, effective: 1 - 1e-12 }, LABELS)?.interval.high).toBe(1);
    expect(correctedPasses({ mean: 1 + 1e-16, effective: 40 }, LABELS)?.share).toBe(1);
  });

  it.each([
    { name: 'independent runs', clusters: 300, size: 1, alike: 0, weights: [1], sensitivity: 0.9, specificity: 0.7 },
    { name: 'runs in clusters', clusters: 120, size: 5, alike: 0.3, weights: [1], sensitivity: 0.9, specificity: 0.8 },
    {
      name: 'runs of weights',
      clusters: 400,
      size: 1,
      alike: 0,
      weights: [1, 3],
      sensitivity: 0.85,
      specificity: 0.75,
    },
  ])('is covered by the interval in 93 to 97 % of draws: $name', ({ clusters, size, alike, weights, ...judge }) => {
    const random = seededNumbers(4_707);
    const [truth, series] = [0.8, 2_000];
    const agreed = (cases: number, chance: number) =>
      Array.from({ length: cases }, random).filter((x) => x < chance).length;
    /** What the judge says of the runs of one cluster, of which a part has the cluster's own answer. */
    const cluster = (weight: number): Group => {
      const common = random() < truth;
      let passed = 0;
      for (let run = 0; run < size; run += 1) {
        const right = random() < alike ? common : random() < truth;
        if (random() < (right ? judge.sensitivity : 1 - judge.specificity)) passed += 1;
      }
      const [sum, squaredWeight] = [passed * weight, size * weight ** 2];
      return { cases: size, weight: size * weight, squaredWeight, sum, squares: sum };
    };
    let covered = 0;
    for (let draw = 0; draw < series; draw += 1) {
      const groups = Array.from({ length: clusters }, (_, index) => cluster(weights[index % weights.length] ?? 1));
      const labels = {
        right: { cases: 80, agreed: agreed(80, judge.sensitivity) },
        wrong: { cases: 60, agreed: agreed(60, judge.specificity) },
      };
      const interval = correctedPasses(groupedShare(groups), labels)?.interval ?? { low: 1, high: 0 };
      if (interval.low <= truth && truth <= interval.high) covered += 1;
    }
    expect(covered / series).toBeGreaterThan(0.93);
    expect(covered / series).toBeLessThan(0.97);
  });
});
