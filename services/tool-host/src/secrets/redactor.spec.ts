import { describe, expect, it } from '@jest/globals';
import type { SwitchyardError } from '@switchyard/contracts';
import fc from 'fast-check';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import { Redactor } from './redactor.js';

const KEY = 'k3y/of+"the" shöp&co';
const redactor = new Redactor().add('SHOP_KEY', KEY);
const base64In = (text: string, encoding: 'base64' | 'base64url') => Buffer.from(text).toString(encoding);

describe('a secret that a tool repeats', () => {
  it.each([
    ['plain', `a ${KEY} b`],
    ['in JSON', JSON.stringify({ a: KEY })],
    ['in JSON in JSON', JSON.stringify({ a: JSON.stringify({ b: KEY }) })],
    ['in JSON with all but ASCII escaped', JSON.stringify({ a: KEY }).replace('ö', '\\u00f6')],
    ['in JSON with slashes escaped', JSON.stringify({ a: KEY }).replaceAll('/', '\\/')],
    ['in an address', `https://a.example/?k=${encodeURIComponent(KEY)}`],
    ['in a form', new URLSearchParams({ k: KEY }).toString()],
    ['in lower-case percent signs', encodeURIComponent(KEY).toLowerCase()],
    ['in HTML', '<p>k3y/of+&quot;the&quot; shöp&amp;co</p>'],
    ['in hexadecimal', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['in basic credentials', base64In(`me:${KEY}`, 'base64')],
  ])('does not come through %s', (_, text) => {
    const shown = redactor.text(text);
    expect(shown).toContain('[secret SHOP_KEY]');
    expect(shown.toLowerCase()).not.toContain('k3y');
    expect(redactor.text(shown)).toBe(shown);
  });

  it('is found wherever it stands, in every base64, and nothing else is changed', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme' }).filter((value) => value.trim().length >= 8),
        fc.string(),
        fc.string(),
        (value, before, after) => {
          const own = new Redactor().add('X', value);
          expect(own.text(`${before}${value}${after}`)).not.toContain(value);
          for (const encoding of ['base64', 'base64url'] as const)
            expect(own.text(base64In(`${before}${value}${after}`, encoding))).toContain('[secret X]');
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => expect(redactor.text(text)).toBe(text)));
  });

  it('is taken out whole where others begin alike or are a part of it', () => {
    const several = new Redactor().add('SHORT', 'abcdefgh').add('LONG', 'abcdefghijkl').add('OTHER', 'abcdefxyz');
    expect(several.text('abcdefghijkl abcdefgh abcdefxyz abcdefg')).toBe(
      '[secret LONG] [secret SHORT] [secret OTHER] abcdefg',
    );
  });

  it('goes out of results, schemas, names of fields, errors, their causes and their traces', () => {
    expect(redactor.json({ [KEY]: [{ a: KEY }], n: 5 })).toEqual({
      '[secret SHOP_KEY]': [{ a: '[secret SHOP_KEY]' }],
      n: 5,
    });
    const numeric = new Redactor().add('PIN', '12345678');
    expect(numeric.json({ pin: 12_345_678 })).toEqual({ pin: '[secret PIN]' });
    const data = base64In(`PNG ${KEY} data`, 'base64');
    const output = redactor.output({ content: [{ type: 'image', mediaType: 'image/png', data }] });
    expect(JSON.stringify(output)).toMatch(/An image was left out/);
    const error = new OutcomeInDoubt('tool.timeout', `late: ${KEY}`, {
      details: { url: encodeURIComponent(KEY) },
      cause: new TypeError(`"${KEY}" is no header`, { cause: { header: KEY } }),
    });
    const shown = redactor.error(error);
    expect(shown).toBeInstanceOf(OutcomeInDoubt);
    expect(shown).toMatchObject({ code: 'tool.timeout', retryable: true, message: 'late: [secret SHOP_KEY]' });
    const { message, stack, details, cause } = shown as SwitchyardError;
    const all = [message, stack, JSON.stringify(details), String(cause), (cause as Error).stack].join('\n');
    expect(all).not.toMatch(/k3y/);
    expect((cause as Error).cause).toBeUndefined();
  });

  it('costs nothing where there is none, and of tokens that pass the last ones are known', () => {
    const none = new Redactor().add('SHORT', 'on').add('EMPTY', '');
    const output = { content: [] };
    expect([none.isActive, none.output(output) === output]).toEqual([false, true]);
    for (let n = 100; n < 300; n += 1) none.addPassing('token', `token-number-${n}`);
    expect(none.text('token-number-299 token-number-100')).toBe('[secret token] token-number-100');
  });

  it('may be large, and a large text takes one look', () => {
    const large = 'x1'.repeat(30_000);
    const own = new Redactor().add('LARGE', large);
    expect(own.text(`${large} ${'x1x1x1x '.repeat(500)}`).startsWith('[secret LARGE] x1x1x1x')).toBe(true);
  });
});
