import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../json.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { PartialArguments } from './partial-arguments.js';

/** The pieces in which a value is streamed: depth first, strings in two. */
function piecesOf(value: JsonValue, path: string): JsonObject[] {
  if (typeof value === 'string') {
    const half = Math.floor(value.length / 2);
    return [
      { jsonPath: path, stringValue: value.slice(0, half), willContinue: true },
      { jsonPath: path, stringValue: value.slice(half) },
    ];
  }
  if (typeof value === 'number') return [{ jsonPath: path, numberValue: value }];
  if (typeof value === 'boolean') return [{ jsonPath: path, boolValue: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => piecesOf(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [{ jsonPath: path, nullValue: 'NULL_VALUE' }];
  return Object.entries(value).flatMap(([key, child]) => {
    const step = /^[a-z_]\w*$/i.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    return piecesOf(child ?? null, path + step);
  });
}

function assemble(pieces: readonly JsonObject[]): JsonValue | undefined {
  const args = new PartialArguments();
  for (const piece of pieces) args.addPiece(piece);
  return parseJson(args.finish());
}

const leaf = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const key = fc.oneof(fc.constantFrom('city', 'a b', "it's", '__proto__', 'x"y', '日本'), fc.string({ minLength: 1 }));
const { tree } = fc.letrec<{ tree: JsonObject; node: JsonValue }>((tie) => ({
  tree: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 4 }),
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.constant(null),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    tie('tree'),
  ),
}));

describe('arguments by JSON path', () => {
  it('any arguments without empty containers come out as they were sent', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const expected: unknown = JSON.parse(JSON.stringify(value));
        expect(assemble(piecesOf(value, '$'))).toEqual(expected);
      }),
    );
  });

  it('what was cut anywhere within a string or before the end is never JSON', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (value, at) => {
        const pieces = piecesOf(value, '$');
        const args = new PartialArguments();
        for (const piece of pieces.slice(0, at % (pieces.length + 1))) args.addPiece(piece);
        expect(parseJson(args.unfinished())).toBeUndefined();
      }),
    );
  });

  it.each([
    ['a gap in a list', [{ jsonPath: '$.a[1]', numberValue: 1 }]],
    [
      'a list that is an object too',
      [
        { jsonPath: '$.a[0]', numberValue: 1 },
        { jsonPath: '$.a.b', numberValue: 1 },
      ],
    ],
    [
      'a value that has members',
      [
        { jsonPath: '$.a', numberValue: 1 },
        { jsonPath: '$.a.b', numberValue: 1 },
      ],
    ],
    [
      'members that are a value',
      [
        { jsonPath: '$.a.b', numberValue: 1 },
        { jsonPath: '$.a', numberValue: 1 },
      ],
    ],
    ['two values at once', [{ jsonPath: '$.a', numberValue: 1, stringValue: 'x' }]],
    ['a number that is none', [{ jsonPath: '$.a', numberValue: 'NaN' }]],
    ['the root', [{ jsonPath: '$', stringValue: 'x' }]],
    ['a selector of many', [{ jsonPath: '$.a[*]', stringValue: 'x' }]],
    ['no path', [{ stringValue: 'x' }]],
    ['a path of a thousand steps', [{ jsonPath: `$${'.a'.repeat(1_000)}`, stringValue: 'x' }]],
    ['no value', [{ jsonPath: '$.a' }]],
  ])('%s makes them uncertain', (_what, pieces: JsonObject[]) => {
    expect(assemble([{ jsonPath: '$.first', numberValue: 1 }, ...pieces])).toBeUndefined();
  });
});
