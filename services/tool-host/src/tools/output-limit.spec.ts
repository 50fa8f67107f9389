import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutUtf8, limitOutput, MAX_IMAGE_BYTES } from './output-limit.js';

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

  it('leaves out what no message could carry', () => {
    const { content, truncated } = limitOutput([{ type: 'text', text: '\u0001'.repeat(200_000) }], 1_000_000);
    expect(truncated).toBe(true);
    expect(JSON.stringify(content).length).toBeLessThan(200);
  });

  it('drops what the ledger could not store', () => {
    const { content } = limitOutput([{ type: 'text', text: 'a\u0000b\ud800c' }], 100);
    expect(content).toEqual([{ type: 'text', text: 'ab\ufffdc' }]);
  });
});
