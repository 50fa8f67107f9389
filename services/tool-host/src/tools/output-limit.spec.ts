import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutUtf8, limitedResult, limitOutput, MAX_IMAGE_BYTES, MAX_RESULT_BYTES } from './output-limit.js';

describe('output limit', () => {
  it('never cuts a character in two and never exceeds the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(64), (value, limit) => {
        const cut = cutUtf8(value, limit);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(value.startsWith(cut)).toBe(true);
        const rest = [...value.slice(cut.length)][0];
        if (rest !== undefined) expect(Buffer.byteLength(cut + rest)).toBeGreaterThan(limit);
      }),
    );
  });

  it('leaves what fits as it is', () => {
    expect(limitOutput([{ type: 'text', text: 'hello' }], 5)).toEqual({
      content: [{ type: 'text', text: 'hello' }],
      truncated: false,
    });
  });

  it('cuts megabytes and says so in the text', () => {
    const { content, truncated } = limitOutput([{ type: 'text', text: 'x'.repeat(5_000_000) }], 1_000);
    expect(truncated).toBe(true);
    expect(content).toHaveLength(1);
    const [part] = content;
    expect(part?.type === 'text' && part.text).toMatch(/^x{1000}\n\[Output cut: 1000 of 5000000 bytes/);
  });

  it('shares the limit among all text parts', () => {
    const { content } = limitOutput(
      ['aaaa', 'bbbb', 'cccc'].map((value) => ({ type: 'text', text: value })),
      6,
    );
    expect(content.map((part) => (part.type === 'text' ? part.text.slice(0, 4) : ''))).toEqual(['aaaa', 'bb\n[']);
  });

  it('replaces an image that is too large by a note', () => {
    const { content, truncated } = limitOutput(
      [{ type: 'image', mediaType: 'image/png', data: 'A'.repeat(MAX_IMAGE_BYTES + 1) }],
      10,
    );
    expect(truncated).toBe(true);
    expect(content[0]).toMatchObject({ type: 'text' });
  });

  it('refuses what is more than a result may have, and says how much it was: of a tool that may give all, nothing is cut', () => {
    const large = (bytes: number) => [{ type: 'text' as const, text: 'x'.repeat(bytes) }];
    expect(limitedResult(large(MAX_RESULT_BYTES), MAX_RESULT_BYTES).truncated).toBe(false);
    expect(limitedResult(large(MAX_RESULT_BYTES + 1), 1_000).truncated).toBe(true);
    expect(() => limitedResult(large(MAX_RESULT_BYTES + 1), MAX_RESULT_BYTES)).toThrow(
      expect.objectContaining({
        code: 'tool.output_too_large',
        details: { bytes: MAX_RESULT_BYTES + 1, limit: MAX_RESULT_BYTES },
      }),
    );
  });

  it('drops what the ledger could not store', () => {
    const { content } = limitOutput([{ type: 'text', text: 'a\u0000b\ud800c' }], 100);
    expect(content).toEqual([{ type: 'text', text: 'ab\ufffdc' }]);
  });
});
