import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { benjaminiHochberg, holm, pOfEvidence } from './adjust.js';

const VALUES = [0.01, 0.04, 0.03, 0.005, 0.5];

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 12));
}

describe('p-values of several questions', () => {
  it('are adjusted as by R: p.adjust(values, "holm") and "BH"', () => {
    expectClose(holm(VALUES), [0.04, 0.09, 0.09, 0.025, 0.5]);
    expectClose(benjaminiHochberg(VALUES), [0.025, 0.05, 0.05, 0.025, 0.5]);
  });

  it('never become smaller, nor change their order, and Holm is the stricter', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (sample) => {
        const [strict, mild] = [holm(sample), benjaminiHochberg(sample)];
        sample.forEach((value, index) => {
          expect(mild[index]).toBeGreaterThanOrEqual(value - 1e-15);
          expect(strict[index]).toBeGreaterThanOrEqual((mild[index] ?? 1) - 1e-12);
        });
        expect(order(strict)).toBe(true);
        function order(adjusted: readonly number[]): boolean {
          return sample.every((one, i) =>
            sample.every((two, j) => one > two || (adjusted[i] ?? 1) <= (adjusted[j] ?? 0)),
          );
        }
      }),
    );
  });

  it('stand alone where they are alone, and are none where there are none', () => {
    expect([holm([0.03]), benjaminiHochberg([0.03]), holm([])]).toEqual([[0.03], [0.03], []]);
  });

  it('come from e-values by their inverse', () => {
    expect(pOfEvidence(Math.log(20))).toBeCloseTo(0.05, 12);
    expect(pOfEvidence(-3)).toBe(1);
  });

  it.each([[[-0.1]], [[Number.NaN]], [[1.5]]])('refuse %j', (values) => {
    expect(() => holm(values)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
