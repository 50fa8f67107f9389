import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { predictionPoweredMean } from './prediction-powered.js';
import { correctedShare } from './rogan-gladen.js';

const GOOD = { right: { cases: 100, agreed: 90 }, wrong: { cases: 100, agreed: 80 } };

describe('correctedShare', () => {
  it('takes the errors of the judge out: of 70 % right, one of 90 and 80 % says 69 %', () => {
    const { share, interval } = correctedShare({ cases: 1_000, right: 690 }, GOOD);
    expect(share).toBeCloseTo(0.7, 12);
    expect(interval.low).toBeLessThan(0.7);
    expect(interval.high).toBeGreaterThan(0.7);
  });

  it('is what was said, where the judge was never wrong, and still not sure of that', () => {
    const perfect = { right: { cases: 50, agreed: 50 }, wrong: { cases: 50, agreed: 50 } };
    const { share, interval } = correctedShare({ cases: 1_000_000, right: 600_000 }, perfect);
    expect(share).toBeCloseTo(0.6, 12);
    expect(interval.high - interval.low).toBeGreaterThan(0.05);
  });

  it('covers the truth in 95 % of draws, where the share as judged misses it in nearly all', () => {
    const random = seededNumbers(61);
    const draw = (cases: number, chance: number) => {
      let count = 0;
      for (let index = 0; index < cases; index++) if (random() < chance) count++;
      return count;
    };
    let covered = 0;
    for (let series = 0; series < 600; series++) {
      const right = draw(400, 0.85);
      const said = draw(right, 0.9) + draw(400 - right, 0.3);
      const { interval } = correctedShare(
        { cases: 400, right: said },
        { right: { cases: 80, agreed: draw(80, 0.9) }, wrong: { cases: 60, agreed: draw(60, 0.7) } },
      );
      if (interval.low <= 0.85 && 0.85 <= interval.high) covered++;
    }
    expect(covered / 600).toBeGreaterThan(0.93);
  });

  it.each([
    [
      'a judge like a coin',
      { cases: 10, right: 5 },
      { right: { cases: 10, agreed: 5 }, wrong: { cases: 10, agreed: 5 } },
    ],
    ['no calibration', { cases: 10, right: 5 }, { right: { cases: 0, agreed: 0 }, wrong: { cases: 10, agreed: 9 } }],
    ['more right ones than cases', { cases: 10, right: 11 }, GOOD],
    ['no cases', { cases: 0, right: 0 }, GOOD],
  ])('refuses %s', (_, judged, calibration) => {
    expect(() => correctedShare(judged, calibration)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});

describe('predictionPoweredMean', () => {
  const draw = (random: () => number, noise: number, bias: number) => {
    const person = random() < 0.7 ? 1 : 0;
    return { person, judge: Math.min(1, Math.max(0, person + bias + noise * (random() - 0.5))) };
  };

  it('is people’s mean alone where the judge says the same of all', () => {
    const labelled = [1, 0, 1, 1].map((person) => ({ person, judge: 0.5 }));
    const estimate = predictionPoweredMean(labelled, [0.5, 0.5, 0.5]);
    expect(estimate).toMatchObject({ mean: 0.75, trust: 0 });
    expect(estimate.standardError).toBeCloseTo(0.25, 12);
  });

  it('covers the truth in 95 % of draws, by a judge that is biased, with less than half the width', () => {
    const random = seededNumbers(72);
    let [covered, width] = [0, 0];
    for (let series = 0; series < 400; series++) {
      const labelled = Array.from({ length: 100 }, () => draw(random, 0.3, -0.1));
      const judged = Array.from({ length: 2_000 }, () => draw(random, 0.3, -0.1).judge);
      const { interval } = predictionPoweredMean(labelled, judged);
      if (interval.low <= 0.7 && 0.7 <= interval.high) covered++;
      width += (interval.high - interval.low) / 400;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(width).toBeLessThan((2 * 1.96 * Math.sqrt(0.21 / 100)) / 2);
  });

  it.each([
    ['one label', [{ person: 1, judge: 1 }], [1, 0]],
    [
      'a judge that answered nonsense',
      [
        { person: 1, judge: Number.NaN },
        { person: 0, judge: 0 },
      ],
      [1, 0],
    ],
    [
      'nothing judged',
      [
        { person: 1, judge: 1 },
        { person: 0, judge: 0 },
      ],
      [],
    ],
  ])('refuses %s', (_, labelled, judged) => {
    expect(() => predictionPoweredMean(labelled, judged)).toThrow(
      expect.objectContaining({ code: 'evidence.invalid' }),
    );
  });
});
