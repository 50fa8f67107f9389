import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HALF_LIFE_DAYS, MAX_BONUS, recencyFactor } from './recency.js';
import { score } from './score.js';

const collection = { texts: 4, terms: 20 };
const tea = { term: 'tea', frequency: 1, documentFrequency: 1 };
const user = { term: 'user', frequency: 1, documentFrequency: 4 };

describe('score', () => {
  it('explains which terms matched, the strongest first, and how fresh the memory is', () => {
    const { why, score: value } = score({ terms: [user, tea], length: 5, ageMs: 0 }, collection);
    expect(why).toBe(
      'matches "tea" +1.20 (1 here, in 1 of 4), "user" +0.11 (1 here, in 4 of 4); BM25 1.31 × recency 1.100',
    );
    expect(value).toBeCloseTo((1.20397 + 0.10536) * 1.1, 4);
  });

  it('prefers the fresher of two equal matches', () => {
    const of = (ageMs: number) => score({ terms: [tea], length: 5, ageMs }, collection).score;
    expect(of(0)).toBeGreaterThan(of(86_400_000));
  });

  it('adds a tenth at most for freshness, half of it after the half-life, and nothing for a clock that runs ahead', () => {
    expect(recencyFactor(HALF_LIFE_DAYS * 86_400_000)).toBeCloseTo(1 + MAX_BONUS / 2, 12);
    expect(recencyFactor(-1e12)).toBe(1 + MAX_BONUS);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (age) => {
        expect(recencyFactor(age)).toBeGreaterThanOrEqual(1);
        expect(recencyFactor(age)).toBeLessThanOrEqual(1 + MAX_BONUS);
      }),
    );
  });
});
