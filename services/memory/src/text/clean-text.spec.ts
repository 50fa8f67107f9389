import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from './clean-text.js';

describe('cleanText', () => {
  it('removes NUL and control characters, and keeps lines and tabs', () => {
    expect(cleanText('a\u0000b\u0007\tc\r\nd')).toBe('ab\tc\nd');
  });

  it('leaves nothing of binary noise', () => {
    expect(cleanText('\u0000\u0001\u0002 \u001f')).toBe('');
  });

  it('keeps right-to-left text and its marks', () => {
    expect(cleanText('مرحبا\u200fabc')).toBe('مرحبا\u200fabc');
  });

  it('gives text that UTF-8 can carry unchanged, for any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text);
        expect(Buffer.from(clean, 'utf8').toString('utf8')).toBe(clean);
        expect(clean).not.toContain('\u0000');
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });
});
