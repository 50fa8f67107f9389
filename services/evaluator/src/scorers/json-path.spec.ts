import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJsonPath, valueAt, writeJsonPath } from './json-path.js';

describe('a path in JSON', () => {
  it('leads to the part that it names', () => {
    const json = { order: { items: [{ price: 3 }], 'odd.key': 'x' } };
    const at = (text: string) => valueAt(json, readJsonPath(text) ?? []);
    expect(at('order.items[0].price')).toBe(3);
    expect(at('order["odd.key"]')).toBe('x');
    expect(at('order.items[1].price')).toBeUndefined();
    expect(at('order.toString')).toBeUndefined();
    expect(at('order.items.length')).toBeUndefined();
  });

  it.each(['', '.', 'a.', 'a..b', '[x]', 'a[-1]', 'a["b]', 'a["\\q"]', 'a]', Array(40).fill('a').join('.')])(
    'is none: %j',
    (text) => {
      expect(readJsonPath(text)).toBeUndefined();
    },
  );

  it('reads again what was written, for any keys', () => {
    const step = fc.oneof(fc.nat(1_000), fc.string());
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (path) => {
        expect(readJsonPath(writeJsonPath(path))).toEqual(path);
      }),
    );
  });
});
