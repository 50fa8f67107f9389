import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { DrawnDifference } from './drawn-difference.js';

/** The share of series in which the canary is called worse at any moment from the 100th value of each arm on. */
function found(series: number, seed: number, canary: number, factor = 1): number {
  const random = seededNumbers(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  let worse = 0;
  for (let index = 0; index < series; index++) {
    const difference = new DrawnDifference();
    for (let count = 0; count < 3_000; count++) {
      const drawn = random() < 0.25;
      difference.add({ canary: drawn, value: exponential(drawn ? canary : 1_000), share: 0.25 });
      if (Math.min(difference.canaries, difference.controls) < 100) continue;
      const interval = difference.interval({ factor, tightestAt: 1_200 });
      if (interval === undefined || interval.low <= 0) continue;
      worse++;
      break;
    }
  }
  return worse / series;
}

describe('DrawnDifference', () => {
  it('calls skewed values that are alike different in at most 5 % of series, however often it is looked at', () => {
    expect(found(100, 11, 1_000)).toBeLessThanOrEqual(0.05);
    expect(found(100, 12, 1_100, 1.1)).toBeLessThanOrEqual(0.05);
  });

  it('finds a mean that is half as high again', () => {
    expect(found(50, 13, 1_500, 1.1)).toBeGreaterThanOrEqual(0.95);
  });

  it('does not blame a canary for values that grow while its share grows', () => {
    const difference = new DrawnDifference();
    const random = seededNumbers(14);
    for (let count = 0; count < 20_000; count++) {
      const share = count < 10_000 ? 0.1 : 0.5;
      difference.add({ canary: random() < share, value: (count < 10_000 ? 100 : 200) + random(), share });
    }
    const interval = difference.interval();
    expect(interval?.low).toBeLessThan(0);
    expect(interval?.high).toBeGreaterThan(0);
  });

  it('says nothing of an arm without values', () => {
    const difference = new DrawnDifference();
    for (let count = 0; count < 5; count++) difference.add({ canary: true, value: 1, share: 0.5 });
    expect(difference.interval()).toBeUndefined();
    expect(difference.difference()).toBeNaN();
  });

  it.each([
    { share: 0, value: 1 },
    { share: 1, value: 1 },
    { share: 0.5, value: Number.NaN },
    { share: 0.5, value: Infinity },
  ])('refuses $value at a share of $share', (given) => {
    expect(() => new DrawnDifference().add({ canary: true, ...given })).toThrow(
      expect.objectContaining({ code: 'evidence.invalid' }),
    );
  });
});
