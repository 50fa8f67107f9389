import { describe, expect, it } from '@jest/globals';
import { scoreInterval } from './score-interval.js';
import { wilsonInterval } from './wilson.js';

describe('scoreInterval', () => {
  it('is Wilson’s where every score is 0 or 1', () => {
    const sample = { count: 20, passed: 20, mean: 1, standardDeviation: 0, binary: true };
    expect(scoreInterval(sample)).toEqual(wilsonInterval(20, 20));
  });

  it('is Student’s where scores lie in between', () => {
    const sample = { count: 4, passed: 0, mean: 0.5, standardDeviation: 0.1, binary: false };
    expect(scoreInterval(sample).low).toBeCloseTo(0.5 - (3.182 * 0.1) / 2, 10);
  });
});
