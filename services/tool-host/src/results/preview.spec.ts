import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ToolPart } from '../tools/tool.js';
import { pageOf, placesOf } from './pages.js';
import { MAX_KEPT_BYTES, previewOf } from './preview.js';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '\n'), maxLength: 400 });
const textOf = (content: readonly ToolPart[] = []): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('');

describe('a preview', () => {
  it('is there only for what is larger than the limit, and is its beginning, a note and its end, within the limit', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 300 }), (said, limit) => {
        const preview = previewOf('call_1', [{ type: 'text', text: said }], limit);
        expect(preview === undefined).toBe(Buffer.byteLength(said) <= limit);
        if (!preview) return;
        expect(preview.whole).toMatchObject({ text: said, characters: said.length, cut: false });
        const [beginning = '', end = ''] = textOf(preview.content).split(/\n\[.*\]\n/u);
        expect(said.startsWith(beginning) && said.endsWith(end)).toBe(true);
        expect(Buffer.byteLength(beginning) + Buffer.byteLength(end)).toBeLessThanOrEqual(limit);
        expect(textOf(preview.content)).toContain(`"offset": ${beginning.length}}`);
      }),
    );
  });

  it('of 50 MB keeps what may be kept, and says that the rest is lost', () => {
    const preview = previewOf('call_1', [{ type: 'text', text: 'x'.repeat(50_000_000) }], 1_000);
    expect(preview?.whole).toMatchObject({ characters: MAX_KEPT_BYTES, cut: true });
    expect(textOf(preview?.content).length).toBeLessThan(1_500);
    expect(textOf(preview?.content)).toContain('what came after that is lost');
  });
});

describe('pages', () => {
  it('follow one another from the beginning to the end, with nothing missing, doubled or torn', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (whole, limit) => {
        let read = '';
        let offset = 0;
        do {
          const page = pageOf(whole, offset, limit);
          const [piece] = page.pieces;
          expect(piece?.text).not.toMatch(/\p{Surrogate}/u);
          expect(piece?.offset).toBe(read.length);
          expect(piece?.text.length).toBeLessThanOrEqual(Math.max(2, limit));
          read += piece?.text ?? '';
          offset = page.nextOffset;
        } while (offset > 0);
        expect(read).toBe(whole);
      }),
    );
  });

  it('beyond the end are empty, and the last', () => {
    expect(pageOf('abc', 99, 10)).toEqual({ pieces: [{ offset: 3, text: '' }], nextOffset: 0 });
  });
});

describe('a search', () => {
  it('finds letters and no pattern, whatever their case, and goes on where it stopped', () => {
    const whole = Array.from({ length: 50 }, (_, n) => `${'-'.repeat(500)}Total (a+)+$ ${n}`).join('');
    const first = placesOf(whole, 'TOTAL (A+)+$', 0);
    expect(first.pieces).toHaveLength(20);
    const all = [first];
    for (let next = first.nextOffset; next > 0; next = all.at(-1)?.nextOffset ?? 0)
      all.push(placesOf(whole, 'TOTAL (A+)+$', next));
    expect(all.flatMap(({ pieces }) => pieces)).toHaveLength(50);
    expect(placesOf(whole, 'nowhere', 0)).toEqual({ pieces: [], nextOffset: 0 });
  });

  it('is done in no time over 16 MiB, whatever would be a bomb as a pattern', () => {
    const whole = 'a'.repeat(MAX_KEPT_BYTES);
    for (const query of [
      '(a+)+$',
      '(a|a)*b',
      `${'a?'.repeat(100)}${'a'.repeat(100)}b`,
      '.*'.repeat(200),
      '\\',
      '[[a-]',
    ])
      expect(placesOf(whole, query, 0).pieces).toEqual([]);
  });
});
