import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { asymptoticConfidenceSequence, asymptoticWidth } from './asymptotic.js';

describe('asymptoticConfidenceSequence', () => {
  it('has the published width', () => {
    // Theorem 2.2 by hand, for ρ² = 0.01, t = 100: sqrt(2 · 2 / (10000 · 0.01) · ln(sqrt(2) / 0.05)).
    const scale = -2 * Math.log(0.05);
    const tightestAt = (scale + Math.log(scale + 1)) / 0.01;
    expect(asymptoticWidth(100, { tightestAt })).toBeCloseTo(Math.sqrt(0.04 * Math.log(Math.SQRT2 / 0.05)), 12);
  });

  it('is narrowest for its kind where it was asked to be', () => {
    const at = (tightestAt: number) => asymptoticWidth(500, { tightestAt });
    expect(at(500)).toBeLessThan(at(350));
    expect(at(500)).toBeLessThan(at(700));
  });

  it.each([
    ['even', (part: number) => part, 0.5, 0.05],
    // What is known to be beyond 5 %, and written down: it takes more than 100 values where they are skewed.
    ['skewed', (part: number) => -Math.log(1 - part), 1, 0.08],
  ])('misses the mean of %s values as seldom as is said, looked at from the 100th value on', (_, draw, truth, most) => {
    const random = seededNumbers(11);
    let missed = 0;
    for (let series = 0; series < 300; series++) {
      let [sum, squares] = [0, 0];
      for (let count = 1; count <= 2_000; count++) {
        const value = draw(random());
        sum += value;
        squares += value * value;
        const mean = sum / count;
        const deviation = Math.sqrt(squares / count - mean * mean);
        if (count >= 100 && Math.abs(mean - truth) > deviation * asymptoticWidth(count)) {
          missed++;
          break;
        }
      }
    }
    expect(missed / 300).toBeLessThanOrEqual(most);
  });

  it.each([[[]], [[1]], [[1, Number.NaN]]])('refuses %j', (values) => {
    expect(() => asymptoticConfidenceSequence(values)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
