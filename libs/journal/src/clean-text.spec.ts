import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanJson, cleanText } from './clean-text.js';

describe('cleanJson', () => {
  it('replaces NUL and lone surrogates everywhere, keys too', () => {
    expect(cleanJson({ 'a\u0000': ['x\u0000y', { b: '\ud800!' }], c: 1 })).toEqual({
      'a\uFFFD': ['x\uFFFDy', { b: '\uFFFD!' }],
      c: 1,
    });
  });

  it('leaves alone what only looks like it', () => {
    const json = { text: '\\u0000 and \\ud800 as written, and a whole pair: 😀' };
    expect(cleanJson(json)).toEqual(json);
  });

  it('gives text that is clean, whatever it was, and changes nothing that was clean', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/\u0000|\p{Surrogate}/u);
        if (!/\u0000|\p{Surrogate}/u.test(text)) expect(clean).toBe(text);
        expect(clean).toHaveLength(text.length);
      }),
    );
  });
});
