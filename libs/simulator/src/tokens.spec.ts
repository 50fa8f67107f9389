import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pieces } from './tokens.js';

describe('the pieces in which a text is streamed', () => {
  it('are the text, three words each', () => {
    expect(pieces('one two three four ')).toEqual(['one two three', ' four ']);
    expect(pieces('')).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'bc', ' ', '\n', '  ', 'ü'), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect(pieces(text).join('')).toBe(text);
        for (const piece of pieces(text)) expect(piece.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(3);
      }),
    );
  });

  // A pattern that is not linear takes hours for these, past what a test may take.
  it('are found in a word of any length, and in any number of spaces', () => {
    const word = '0123456789'.repeat(100_000);
    expect(pieces(word)).toEqual([word]);
    expect(pieces(`${word}${' '.repeat(100_000)}`).join('')).toHaveLength(1_100_000);
  });
});
