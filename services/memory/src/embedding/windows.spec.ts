import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_WINDOWS, WINDOW, windowsOf } from './windows.js';

const text = fc
  .array(
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('🎉'.repeat(700)), fc.constant('word ')),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(' '));
const withoutSpace = (value: string) => value.replace(/\s/g, '');

describe('the windows of a text', () => {
  it('are few, short and whole, and together the text from its beginning', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const windows = windowsOf(whole);
        expect(windows.length).toBeGreaterThan(0);
        expect(windows.length).toBeLessThanOrEqual(MAX_WINDOWS);
        for (const window of windows) {
          expect(window.length).toBeLessThanOrEqual(WINDOW);
          expect(window).not.toMatch(/\p{Surrogate}/u);
        }
        const read = withoutSpace(windows.join(''));
        expect(withoutSpace(whole).startsWith(read)).toBe(true);
        if (whole.length < (MAX_WINDOWS * WINDOW) / 2) expect(read).toBe(withoutSpace(whole));
      }),
    );
  });

  it('are one where there is nothing', () => {
    expect(windowsOf('')).toEqual(['']);
    expect(windowsOf(' '.repeat(5_000))).toHaveLength(1);
  });
});
