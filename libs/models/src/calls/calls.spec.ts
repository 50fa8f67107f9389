import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../json.js';
import { schemaFingerprint, validateArguments } from './argument-validator.js';
import { assignCallIds } from './call-ids.js';
import { settleArguments } from './raw-call.js';
import { ToolNames } from './tool-names.js';

describe('call ids', () => {
  const PATTERNS = {
    token: /^[a-zA-Z0-9_-]{1,40}$/,
    alnum9: /^[a-zA-Z0-9]{9}$/,
    positional: /^functions\.[a-zA-Z0-9_-]+:\d+$/,
  } as const;

  it.each(['token', 'alnum9', 'positional'] as const)(
    '%s: any ids become valid and unique, and the same each time',
    (rule) => {
      fc.assert(
        fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('call_1', 'abcdefghi', ''))), (ids) => {
          const calls = ids.map((id) => ({ id, wireName: 'tool' }));
          const given = assignCallIds(calls, rule);
          expect(given.every((id) => PATTERNS[rule].test(id))).toBe(true);
          expect(new Set(given).size).toBe(ids.length);
          expect(assignCallIds(calls, rule)).toEqual(given);
        }),
      );
    },
  );

  it('an id that fits is kept', () => {
    expect(assignCallIds([{ id: 'call_01abc', wireName: 't' }], 'token')).toEqual(['call_01abc']);
    expect(assignCallIds([{ id: 'abcDEF123', wireName: 't' }], 'alnum9')).toEqual(['abcDEF123']);
  });

  it('an id given later is the same however long the history grows', () => {
    const first = assignCallIds([{ id: 'über', wireName: 't' }], 'token');
    expect(
      assignCallIds(
        [
          { id: 'über', wireName: 't' },
          { id: 'x', wireName: 't' },
        ],
        'token',
      )[0],
    ).toBe(first[0]);
  });
});

describe('tool names', () => {
  it('any names become valid, unique, and lead back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('a.b', 'a_b', 'a/b', 'x'.repeat(80)))),
        (offered) => {
          const names = new ToolNames(offered);
          const wire = offered.map((name) => names.toWire(name));
          expect(wire.every((name) => /^[a-zA-Z0-9_-]{1,64}$/.test(name))).toBe(true);
          expect(new Set(wire).size).toBe(offered.length);
          expect(wire.map((name) => names.toTool(name))).toEqual(offered);
        },
      ),
    );
  });

  it('a name that fits keeps its spelling beside one that would be changed into it', () => {
    const names = new ToolNames(['files.read', 'files_read']);
    expect(names.toWire('files_read')).toBe('files_read');
    expect(names.toWire('files.read')).not.toBe('files_read');
  });
});

describe('arguments of a call', () => {
  it('any object survives any split', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.nat(200)), (value, cuts) => {
        const text = JSON.stringify(value);
        const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const fragments = edges.slice(1).map((end, index) => text.slice(edges[index], end));
        expect(settleArguments(fragments)).toMatchObject({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('a proper prefix of an object is never taken for one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (value, cut) => {
        const text = JSON.stringify(value);
        const length = 1 + (cut % (text.length - 1));
        expect(settleArguments([text.slice(0, length)])).toMatchObject({ ok: false });
      }),
    );
  });
});

describe('arguments that nest deeper than anybody means', () => {
  const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  it.each([101, 1_001, 20_000, 200_000])(
    '%i levels are refused, in one piece, in several and written twice',
    (levels) => {
      const text = nested(levels);
      const half = text.length / 2;
      for (const fragments of [[text], [text.slice(0, half), text.slice(half)], [text, text], [JSON.stringify(text)]])
        expect(settleArguments(fragments)).toMatchObject({ ok: false });
    },
  );

  it('100 levels are taken', () => {
    expect(settleArguments([nested(100)])).toMatchObject({ ok: true });
  });
});

describe('validation of arguments', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { n: { type: 'integer' }, unit: { enum: ['C', 'F'] } },
    required: ['n'],
    additionalProperties: false,
  };

  it('says what is wrong, for the model', () => {
    expect(validateArguments(schema, { n: 1, unit: 'C' })).toEqual({ ok: true });
    expect(validateArguments(schema, { n: '1', unit: 'K', x: 1 })).toMatchObject({
      ok: false,
      code: 'invalid_arguments',
    });
    const verdict = validateArguments(schema, { unit: 'K', x: 1 });
    expect(verdict).toMatchObject({ reason: expect.stringMatching(/required property 'n'/) });
    expect(verdict).toMatchObject({ reason: expect.stringMatching(/: C, F/) });
    expect(verdict).toMatchObject({ reason: expect.stringMatching(/"x"/) });
  });

  it('takes draft-07 and 2020-12, an $id twice, and unknown formats', () => {
    expect(
      validateArguments(
        {
          $schema: 'http://json-schema.org/draft-07/schema#',
          $id: 'https://example.com/x',
          items: [{ type: 'string' }],
        },
        {},
      ),
    ).toEqual({ ok: true });
    expect(
      validateArguments(
        { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'https://example.com/x', prefixItems: [{}] },
        {},
      ),
    ).toEqual({ ok: true });
    expect(
      validateArguments(
        { $id: 'https://example.com/x', type: 'object', properties: { d: { format: 'moon-phase', type: 'string' } } },
        { d: 'x' },
      ),
    ).toEqual({ ok: true });
  });

  it('a schema that cannot be used refuses the call, and says so each time', () => {
    const broken: JsonObject = { type: 'object', properties: { a: { $ref: '#/$defs/none' } } };
    for (let round = 0; round < 2; round++)
      expect(validateArguments(broken, {})).toMatchObject({ ok: false, code: 'invalid_schema' });
  });

  it('is not held up by a pattern that has no end: the call is refused with the reason', () => {
    const trap: JsonObject = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    expect(validateArguments(trap, { a: `${'a'.repeat(60)}!` })).toMatchObject({
      ok: false,
      code: 'invalid_arguments',
      reason: expect.stringContaining('Send shorter ones'),
    });
    expect(validateArguments(trap, { a: 'aaa' })).toEqual({ ok: true });
  });

  it('a property that every object inherits is there only where it was sent', () => {
    const schema = { type: 'object', properties: { constructor: { type: 'string' }, toString: { type: 'integer' } } };
    expect(validateArguments(schema, {})).toEqual({ ok: true });
    expect(validateArguments({ ...schema, required: ['constructor'] }, {})).toMatchObject({
      code: 'invalid_arguments',
    });
  });

  it('refuses what cannot be checked instead of failing over it', () => {
    const unique = { type: 'object', properties: { list: { type: 'array', uniqueItems: true } } };
    const odd = {
      list: [
        { toString: 1, valueOf: 2 },
        { toString: 1, valueOf: 2 },
      ],
    };
    expect(validateArguments(unique, odd)).toMatchObject({ ok: false, code: 'invalid_arguments' });
    expect(validateArguments({ $ref: '#' }, { a: 1 })).toMatchObject({ ok: false });
  });

  it('takes patterns that are no patterns with the u flag', () => {
    const lenient: JsonObject = { type: 'object', properties: { a: { type: 'string', pattern: '^[\\w\\-\\_\\@]+$' } } };
    expect(validateArguments(lenient, { a: 'a_b@c' })).toEqual({ ok: true });
    expect(validateArguments(lenient, { a: '#' })).toMatchObject({ code: 'invalid_arguments' });
  });

  it('reads each draft by its own words, and refuses one that it does not know', () => {
    const pair = { type: 'array', items: [{ type: 'string' }, { type: 'number' }] };
    const of = (dialect: string): JsonObject => ({ $schema: dialect, type: 'object', properties: { pair } });
    for (const dialect of ['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2019-09/schema']) {
      expect(validateArguments(of(dialect), { pair: ['a', 1] })).toEqual({ ok: true });
      expect(validateArguments(of(dialect), { pair: [1, 'a'] })).toMatchObject({ code: 'invalid_arguments' });
    }
    for (const dialect of ['https://json-schema.org/draft/2020-12/schema', 'http://json-schema.org/draft-03/schema#'])
      expect(validateArguments(of(dialect), {})).toMatchObject({ code: 'invalid_schema' });
  });

  it('a schema that is too large, too deep, or not of an object cannot be used', () => {
    const deep: JsonObject = JSON.parse(`${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`);
    for (const unusable of [{ description: 'x'.repeat(300_000) }, deep, { type: 'array' }])
      expect(validateArguments(unusable, {})).toMatchObject({ ok: false, code: 'invalid_schema' });
  });

  it('equal schemas have one fingerprint, in whatever order they are written', () => {
    expect(schemaFingerprint({ a: 1, b: { c: 2, d: 3 } })).toBe(schemaFingerprint({ b: { d: 3, c: 2 }, a: 1 }));
    expect(schemaFingerprint({ a: 1 })).not.toBe(schemaFingerprint({ a: 2 }));
  });
});
