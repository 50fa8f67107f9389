import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inverseDocumentFrequency, termScore } from './bm25.js';

const collection = { texts: 1_000, terms: 12_000 };
const match = { term: 'tea', frequency: 1, documentFrequency: 10 };

describe('BM25', () => {
  it('gives the values of the formula, worked by hand', () => {
    // ln(1 + 990.5 / 10.5) = 4.5573; a text of average length: tf * 2.2 / (tf + 1.2).
    expect(inverseDocumentFrequency(1_000, 10)).toBeCloseTo(Math.log(1 + 990.5 / 10.5), 12);
    expect(termScore(match, 12, collection)).toBeCloseTo(4.5573, 3);
    expect(termScore({ ...match, frequency: 3 }, 12, collection)).toBeCloseTo((4.5573 * 6.6) / 4.2, 3);
  });

  it('is positive and finite whatever the collection, even where every text has the term', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e4 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (texts, length, frequency, share) => {
          const documentFrequency = Math.max(1, Math.floor(texts * share));
          const value = termScore({ term: 't', frequency, documentFrequency }, length, { texts, terms: texts * 7 });
          expect(value).toBeGreaterThan(0);
          expect(Number.isFinite(value)).toBe(true);
        },
      ),
    );
  });

  it('rises with the frequency, and falls with the length and with how common the term is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 900 }),
        (tf, length, df) => {
          const of = (frequency: number, terms: number, documentFrequency: number) =>
            termScore({ term: 't', frequency, documentFrequency }, terms, collection);
          expect(of(tf + 1, length, df)).toBeGreaterThan(of(tf, length, df));
          expect(of(tf, length + 1, df)).toBeLessThan(of(tf, length, df));
          expect(of(tf, length, df + 1)).toBeLessThan(of(tf, length, df));
        },
      ),
    );
  });
});
