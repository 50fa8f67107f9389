import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clusteredMean } from './clustered.js';
import { intervalOf } from './estimate.js';
import { meanEstimate } from './mean.js';
import { correlationOf, pairedDifference } from './paired.js';
import { unpairedDifference } from './unpaired.js';

/** Hours of sleep that two drugs gave ten patients: Student, Biometrika 6 (1908), R's `sleep`. */
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('differences of means', () => {
  it('of the same cases have the interval of R: t.test(extra[1:10], extra[11:20], paired = TRUE)', () => {
    const pairs = FIRST.map((candidate, index) => ({ candidate, baseline: SECOND[index] ?? Number.NaN }));
    const { low, high } = intervalOf(pairedDifference(pairs));
    expect(low).toBeCloseTo(-2.4598857632769824, 10);
    expect(high).toBeCloseTo(-0.7001142367230175, 10);
  });

  it('of different cases have the interval of R: t.test(extra ~ group)', () => {
    const estimate = unpairedDifference(SECOND, FIRST);
    const { low, high } = intervalOf(estimate);
    expect(estimate.freedom).toBeCloseTo(17.776, 3);
    expect(low).toBeCloseTo(-3.3654832307117104, 10);
    expect(high).toBeCloseTo(0.2054832307117102, 10);
  });

  it('gain from pairing exactly what the correlation says: var(a) + var(b) − 2 cov', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 3 }),
        (rows) => {
          const pairs = rows.map(([baseline, same]) => ({ baseline, candidate: same ? baseline : 1 - baseline }));
          const [one, other] = [
            meanEstimate(pairs.map((p) => p.baseline)),
            meanEstimate(pairs.map((p) => p.candidate)),
          ];
          fc.pre(one.standardError > 1e-6 && other.standardError > 1e-6);
          const both = one.standardError ** 2 + other.standardError ** 2;
          const covered = 2 * correlationOf(pairs) * one.standardError * other.standardError;
          expect(pairedDifference(pairs).standardError ** 2).toBeCloseTo(both - covered, 9);
        },
      ),
    );
  });

  it.each([
    ['no pairs', () => pairedDifference([])],
    ['one pair', () => pairedDifference([{ baseline: 1, candidate: 0 }])],
    [
      'scores that are no numbers',
      () =>
        pairedDifference([
          { baseline: 1, candidate: Number.NaN },
          { baseline: 0, candidate: 0 },
        ]),
    ],
    ['one score of the candidate', () => unpairedDifference([1, 0], [1])],
    [
      'values of one cluster',
      () =>
        clusteredMean([
          { value: 1, cluster: 'a' },
          { value: 0, cluster: 'a' },
        ]),
    ],
    ['no values at all', () => clusteredMean([])],
    ['an alpha of 0', () => intervalOf(meanEstimate([0, 1]), 0)],
  ])('refuse %s', (_, compute) => {
    expect(compute).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
