import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOfPart, joinParts, TextParts } from './text-parts.js';

const characters = fc.array(fc.constantFrom('a', 'ä', '\u0001', '"', '\u{1f600}', '€'), { maxLength: 60 });
const text = characters.map((all) => all.join(''));
const isWhole = (part: string): boolean => part === Buffer.from(part).toString();

describe('a text in parts', () => {
  it('is the same when it is joined, and each part fits and ends with a whole character', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 14, max: 40 }), (whole, maximum) => {
        const parts: string[] = [];
        for (let from = 0; from < whole.length;) {
          const end = endOfPart(whole, from, maximum);
          expect(end).toBeGreaterThan(from);
          parts.push(whole.slice(from, end));
          from = end;
        }
        expect(parts.join('')).toBe(whole);
        expect(parts.every(isWhole)).toBe(true);
        for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(maximum);
      }),
    );
  });

  it('is read once for all its parts, and anew by who begins again', async () => {
    const texts = new Map([['one', 'x'.repeat(3_000_000)]]);
    const read: string[] = [];
    const parts = new TextParts(async (key) => {
      read.push(key);
      return texts.get(key);
    });
    const ask = async (offset: number) => {
      const part = await parts.part('one', offset);
      if (!part) throw new Error('gone');
      return part;
    };
    expect(await joinParts(ask)).toBe(texts.get('one'));
    expect(read).toEqual(['one']);
    await ask(0);
    texts.clear();
    await expect(ask(0)).rejects.toThrow('gone');
  });
});
