import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTerms, MAX_TERM_LENGTH, tokenise } from './tokenise.js';

const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

describe('tokenise', () => {
  it('reads words and numbers, without case, accents, stop words and possessives', () => {
    expect(tokenise("The user's Café is on 5th Avenue; don't be late")).toEqual(['user', 'caf', '5th', 'avenu', 'lat']);
  });

  it('finds a word by its form with and without accents', () => {
    expect(tokenise('Müller')).toEqual(tokenise('muller'));
    expect(tokenise('e\u0301cole')).toEqual(tokenise('école'));
  });

  it('keeps negations', () => {
    expect(tokenise('never not no')).toEqual(['never', 'not', 'no']);
  });

  it('reads right-to-left scripts with and without vowel points', () => {
    expect(tokenise('شَاي أخضر')).toEqual(tokenise('شاي أخضر'));
    expect(tokenise('שָׁלוֹם')).toEqual(tokenise('שלום'));
    expect(tokenise('قهوة')).toHaveLength(1);
  });

  it('reads scripts without spaces as pairs, and mixed text by its parts', () => {
    expect(tokenise('東京都')).toEqual(['東京', '京都']);
    expect(tokenise('東京tower')).toEqual(['東京', 'tower']);
    expect(tokenise('茶')).toEqual(['茶']);
  });

  it('finds nothing in what has no letters or digits', () => {
    expect(['', '   ', '\u0000\u0001', '🎉 — …', 'the of and'].map(tokenise)).toEqual([[], [], [], [], []]);
  });

  it('bounds a term, however long the word', () => {
    const [term] = tokenise('x1'.repeat(50_000));
    expect(term).toHaveLength(MAX_TERM_LENGTH);
  });

  it('gives terms that are not empty, not upper case, and storable, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const term of tokenise(text)) {
          expect(term).not.toBe('');
          expect([...term].length).toBeLessThanOrEqual(MAX_TERM_LENGTH);
          expect(Buffer.from(term).toString()).toBe(term);
          expect(term).not.toContain('\u0000');
        }
      }),
    );
  });

  it('reads two texts side by side as it reads each', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(tokenise(`${one}\n${other}`)).toEqual([...tokenise(one), ...tokenise(other)]);
      }),
    );
  });

  it('does not depend on the normal form in which a text comes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenise(text.normalize('NFD'))).toEqual(tokenise(text.normalize('NFC')));
      }),
    );
  });

  it('counts every term that was read', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('tea', 'cat', 'dog')), (terms) => {
        const counts = countTerms(terms);
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(terms.length);
      }),
    );
  });
});
