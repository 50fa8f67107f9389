import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fixedVerdict } from '@switchyard/evidence';
import { scorerVerdicts } from './scorer-verdicts.js';

const SETTINGS = { margin: 0.02, tolerated: 0, alpha: 0.05 };
const estimateOf = (value: number, standardError: number, clusters = 200) => ({
  ...{ value, standardError, clusters, cases: clusters, freedom: clusters - 1 },
});

describe('verdicts of several scorers', () => {
  it('are those of the one where there is one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
        fc.integer({ min: 2, max: 2_000 }),
        (value, standardError, clusters) => {
          const estimate = estimateOf(value, standardError, clusters);
          expect(scorerVerdicts([estimate], SETTINGS)[0]).toMatchObject(fixedVerdict(estimate, SETTINGS));
        },
      ),
    );
  });

  it('take more proof of FAIL the more are asked together, and say what is missing', () => {
    // p is 0.03 by itself.
    const doubtful = estimateOf(-0.038, 0.02);
    const alone = scorerVerdicts([doubtful], SETTINGS);
    expect(alone[0]?.verdict).toBe('FAIL');
    const equal = estimateOf(0, 0.02);
    const [among] = scorerVerdicts([doubtful, equal, equal], SETTINGS);
    expect(among).toMatchObject({ verdict: 'INCONCLUSIVE', difference: -0.038 });
    expect(among?.pWorse).toBeCloseTo(3 * (alone[0]?.pWorse ?? 0));
    expect(among?.moreCases).toBeGreaterThan(0);
  });

  it('pass by themselves, however many are asked', () => {
    const equal = estimateOf(0, 0.005);
    expect(
      scorerVerdicts(
        Array.from({ length: 20 }, () => equal),
        SETTINGS,
      ).map(({ verdict }) => verdict),
    ).toEqual(Array.from({ length: 20 }, () => 'PASS'));
  });
});
