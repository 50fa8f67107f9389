import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { canonicalJson, contentAddress } from './content-address.js';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [key, reversed(item)]);
  return Object.fromEntries(entries.reverse()) as JsonObject;
}

describe('a content address', () => {
  it('does not depend on the order in which keys were written', () => {
    fc.assert(fc.property(json, (value) => expect(contentAddress(reversed(value))).toBe(contentAddress(value))));
  });

  it('differs where the content differs', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        fc.pre(canonicalJson(a) !== canonicalJson(b));
        expect(contentAddress(a)).not.toBe(contentAddress(b));
      }),
    );
    expect(contentAddress({ a: [1, 2] })).not.toBe(contentAddress({ a: [2, 1] }));
    expect(contentAddress({ a: '1' })).not.toBe(contentAddress({ a: 1 }));
  });

  it('is over text that is still the same JSON', () => {
    fc.assert(fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });
});
