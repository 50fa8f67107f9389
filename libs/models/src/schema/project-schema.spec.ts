import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../json.js';
import { coerceArguments } from './coerce-arguments.js';
import { projectSchema } from './project-schema.js';
import type { Projected, SubsetName } from './projection.js';
import { SUBSET_NAMES } from './projection.js';
import { VALIDATORS } from './validate.fixture.js';
import { wireArguments } from './wire-arguments.js';

const NAMES = ['openai-strict', 'gemini', 'anthropic-output', 'grammar', 'moonshot'] as const;

function project(schema: JsonValue, name: SubsetName): Projected {
  const projection = projectSchema(schema, name);
  if (!projection.ok) throw new Error(`${projection.code} at ${projection.path}: ${projection.reason}`);
  if (name !== 'json-schema') VALIDATORS[name](projection.schema);
  return projection;
}

/** What a property becomes; it is required, so that nothing is added for its absence. */
function property(schema: JsonValue, name: SubsetName, more: JsonObject = {}): JsonValue | undefined {
  const projected = project({ type: 'object', properties: { p: schema }, required: ['p'], ...more }, name);
  return (projected.schema['properties'] as JsonObject)['p'];
}
const back = (schema: JsonValue, name: SubsetName, args: JsonValue) => coerceArguments(project(schema, name), args);

describe('what a backend does not take', () => {
  it('is told in the description', () => {
    const schema = {
      type: 'string',
      description: 'A code',
      minLength: 2,
      pattern: '^(?=a)',
      format: 'iban',
      default: 'ab',
    };
    for (const name of NAMES) {
      const text = JSON.stringify(property(schema, name));
      for (const told of [
        'A code. Rules: ',
        'matching the regular expression ^(?=a)',
        'in format iban',
        'by default \\"ab\\"',
      ])
        expect(text).toContain(told);
      expect(/at least 2 characters|"minLength":2/.test(text)).toBe(true);
    }
    expect(project({ type: 'object', properties: { p: schema } }, 'openai-strict').losses).toContainEqual({
      path: '/properties/p',
      keyword: 'minLength',
      why: 'told in the description',
    });
  });

  it('conditions and negations are told too, with their references written out', () => {
    const schema = { type: 'integer', not: { $ref: '#/$defs/odd' }, if: { minimum: 5 }, then: { multipleOf: 10 } };
    const told = property(schema, 'openai-strict', { $defs: { odd: { enum: [1, 3] } } });
    expect(told).toEqual({
      type: 'integer',
      description:
        'Rules: does not fit the JSON Schema {"enum":[1,3]}; if it fits the JSON Schema {"minimum":5}, then the JSON Schema {"multipleOf":10}.',
    });
  });

  it('what is too long to be told and changes what is meant refuses the schema', () => {
    const not = { enum: Array.from({ length: 300 }, (_, index) => `value ${index}`) };
    expect(projectSchema({ type: 'object', properties: { p: { type: 'string', not } } }, 'gemini')).toMatchObject({
      ok: false,
      code: 'inexpressible',
      path: '/properties/p',
    });
  });

  it('a choice of required properties is told, and the properties stay where they are', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'string' }, name: { type: 'string' } },
      anyOf: [{ required: ['id'] }, { required: ['name'] }],
    };
    for (const name of NAMES)
      expect(project(schema, name).schema).toMatchObject({
        type: 'object',
        properties: { id: {}, name: {} },
        description: 'Rules: at least one of: (id) or (name).',
      });
  });

  it('JSON Schema itself goes as it is', () => {
    const schema = {
      type: 'object',
      properties: { a: { not: {} } },
      patternProperties: { '^x': true },
      $defs: { a: { $ref: '#' } },
    };
    expect(projectSchema(schema, 'json-schema')).toEqual({ ok: true, subset: 'json-schema', schema, losses: [] });
  });
});

describe('what is written in another form', () => {
  it('Effect 6009: optional properties are required and nullable for OpenAI, and null means absent', () => {
    const schema: JsonObject = {
      type: 'object',
      properties: {
        a: { type: 'string' },
        n: { type: ['integer', 'null'] },
        o: { type: 'object', properties: { x: { type: 'string' } } },
      },
    };
    expect(project(schema, 'openai-strict').schema).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'] },
        n: { type: ['integer', 'null'] },
        o: {
          anyOf: [
            {
              type: 'object',
              properties: { x: { type: ['string', 'null'] } },
              required: ['x'],
              additionalProperties: false,
            },
            { type: 'null' },
          ],
        },
      },
      required: ['a', 'n', 'o'],
      additionalProperties: false,
    });
    expect(back(schema, 'openai-strict', { a: null, n: null, o: { x: null } })).toEqual({
      ok: true,
      value: { n: null, o: {} },
      coercions: [
        { code: 'null_removed', detail: 'a is optional' },
        { code: 'null_removed', detail: 'o.x is optional' },
      ],
    });
    // A required property that is null is the model's fault, and is left for the check.
    expect(back({ ...schema, required: ['a'] }, 'openai-strict', { a: null })).toMatchObject({ value: { a: null } });
  });

  it('cline 7339: Gemini gets no `$schema`, `const`, references, types of null or lists of types', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: {
        kind: { const: 'a' },
        maybe: { type: ['string', 'null'] },
        either: { oneOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }], description: 'Either' },
        list: { type: 'array' },
        inner: { $ref: '#/definitions/inner' },
      },
      required: ['kind', 'undeclared'],
      definitions: { inner: { type: 'object', properties: { x: { type: 'boolean' } }, additionalProperties: false } },
    };
    expect(project(schema, 'gemini').schema).toEqual({
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['a'], format: 'enum' },
        maybe: { type: 'string', nullable: true },
        either: { anyOf: [{ type: 'string', nullable: true, description: 'Either' }, { type: 'integer' }] },
        list: { type: 'array', items: { type: 'string', description: 'Rules: a JSON value, written as JSON text.' } },
        inner: { type: 'object', properties: { x: { type: 'boolean' } } },
        undeclared: { type: 'string', description: 'Rules: a JSON value, written as JSON text.' },
      },
      required: ['kind', 'undeclared'],
    });
  });

  it('numbers in an enum are texts for Gemini, and numbers again in the arguments', () => {
    const schema = {
      type: 'object',
      properties: { n: { enum: [1, 2.5] }, m: { enum: [1, '1', '', null] }, b: { enum: [true, false] } },
    };
    const { properties } = project(schema, 'gemini').schema as { properties: Record<string, JsonObject> };
    expect(properties['n']).toEqual({ type: 'string', enum: ['1', '2.5'], format: 'enum' });
    expect(properties['m']).toEqual({ type: 'string', enum: ['1', '"1"', '""'], format: 'enum', nullable: true });
    expect(properties['b']).toEqual({ type: 'boolean' });
    expect(back(schema, 'gemini', { n: '2.5', m: '"1"' })).toMatchObject({ value: { n: 2.5, m: '1' } });
    expect(back(schema, 'gemini', { n: 2.5, m: null })).toEqual({
      ok: true,
      value: { n: 2.5, m: null },
      coercions: [],
    });
    // No member of the enum: nothing is made of it.
    expect(back(schema, 'gemini', { n: '3' })).toEqual({ ok: true, value: { n: '3' }, coercions: [] });
  });

  it('a map is a list of pairs where objects are closed; a key that comes twice is not decided', () => {
    const schema = {
      type: 'object',
      properties: { m: { type: 'object', additionalProperties: { enum: [1, 2] } } },
      required: ['m'],
    };
    for (const name of ['openai-strict', 'gemini', 'anthropic-output'] as const)
      expect(project(schema, name).schema).toMatchObject({
        properties: { m: { type: 'array', items: { required: ['key', 'value'] } } },
      });
    expect(back(schema, 'gemini', { m: [{ key: 'a', value: '2' }] })).toMatchObject({
      ok: true,
      value: { m: { a: 2 } },
    });
    expect(back(schema, 'gemini', { m: { a: 2 } })).toEqual({ ok: true, value: { m: { a: 2 } }, coercions: [] });
    const twice = [
      { key: 'a', value: 1 },
      { key: 'a', value: 1 },
    ];
    expect(back(schema, 'openai-strict', { m: twice })).toEqual({ ok: false, path: '/m', reason: 'm has "a" twice.' });
    expect(back(schema, 'openai-strict', { m: ['a'] })).toMatchObject({ ok: false, path: '/m/0' });
  });

  it('a key of a map can be `__proto__` without harm', () => {
    const schema = { type: 'object', properties: { m: { type: 'object', additionalProperties: { type: 'string' } } } };
    const read = back(schema, 'openai-strict', { m: [{ key: '__proto__', value: 'x' }] });
    expect(JSON.stringify(read)).toContain('{"m":{"__proto__":"x"}}');
    expect(Object.getPrototypeOf((read.ok && (read.value as JsonObject)['m']) as object)).toBe(Object.prototype);
  });

  it('any value is JSON text where it needs a type; text that is no JSON is not taken for a string', () => {
    const schema = { type: 'object', properties: { any: {}, free: { type: 'object' } }, required: ['any', 'free'] };
    const wire = { any: '[1,"2"]', free: '{"a":null}' };
    for (const name of ['openai-strict', 'gemini', 'anthropic-output'] as const) {
      expect(back(schema, name, wire)).toMatchObject({ ok: true, value: { any: [1, '2'], free: { a: null } } });
      expect(wireArguments(project(schema, name), { any: [1, '2'], free: { a: null } })).toEqual(wire);
      expect(back(schema, name, { any: 'hello', free: '{}' })).toMatchObject({ ok: false, path: '/any' });
      expect(back(schema, name, { any: 1, free: '{"a":' })).toMatchObject({ ok: false, path: '/free' });
    }
  });

  it('a root that is no plain object is a member of one, and comes out again', () => {
    const union = {
      anyOf: [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, { type: 'string' }],
    };
    const { schema } = project(union, 'openai-strict');
    expect(schema).toMatchObject({ type: 'object', required: ['value'], properties: { value: { anyOf: [{}, {}] } } });
    expect(back(union, 'openai-strict', { value: { a: 'x' } })).toEqual({
      ok: true,
      value: { a: 'x' },
      coercions: [{ code: 'root_unwrapped', detail: 'the value was the member "value" of an object' }],
    });
    expect(back(union, 'openai-strict', { value: 'x', more: 1 })).toMatchObject({ value: { value: 'x', more: 1 } });
    expect(project({ type: 'array', items: { type: 'string' } }, 'grammar').schema).toMatchObject({ type: 'array' });
  });

  it('a tool without parameters stays one', () => {
    for (const schema of [
      { type: 'object' },
      { type: 'object', properties: {} },
      { type: 'object', properties: {}, additionalProperties: false },
    ])
      for (const name of NAMES) {
        expect(project(schema, name).schema).toMatchObject({ type: 'object' });
        expect(back(schema, name, {})).toEqual({ ok: true, value: {}, coercions: [] });
      }
  });

  it('each place of a tuple is read by its own schema', () => {
    const schema = {
      type: 'object',
      properties: { p: { type: 'array', prefixItems: [{ enum: [1, 2] }, { type: 'string' }], items: false } },
    };
    expect(wireArguments(project(schema, 'gemini'), { p: [1, '1'] })).toEqual({ p: ['1', '"1"'] });
    expect(back(schema, 'gemini', { p: ['1', '"1"'] })).toMatchObject({ value: { p: [1, '1'] } });
    const plain = {
      type: 'object',
      properties: { p: { type: 'array', prefixItems: [{ enum: [1, 2] }, { type: 'boolean' }] } },
    };
    expect(back(plain, 'moonshot', { p: [1, true, 'x'] })).toMatchObject({ ok: true, value: { p: [1, true, 'x'] } });
  });

  it('names that a backend does not take are changed and come back', () => {
    const schema = {
      type: 'object',
      properties: { 'a b': { type: 'string' }, a_b: { type: 'string' }, required: { type: 'string' } },
    };
    expect(Object.keys(project(schema, 'anthropic-output').schema['properties'] as JsonObject)).toEqual([
      'a_b_2',
      'a_b',
      'required',
    ]);
    expect(back(schema, 'anthropic-output', { a_b_2: 'x', a_b: 'y' })).toMatchObject({
      value: { 'a b': 'x', a_b: 'y' },
    });
    expect(Object.keys(project(schema, 'moonshot').schema['properties'] as JsonObject)).toEqual([
      'a b',
      'a_b',
      'required_',
    ]);
  });

  it('an alternative is found by what its author allows; where two fit differently nothing is chosen', () => {
    const one = { type: 'object', properties: { t: { const: 'a' }, x: { type: 'string' } }, required: ['t'] };
    const other = {
      type: 'object',
      properties: { t: { const: 'b' }, x: { type: ['string', 'null'] } },
      required: ['t', 'x'],
    };
    const schema = { type: 'object', properties: { u: { oneOf: [one, other] } }, required: ['u'] };
    expect(back(schema, 'openai-strict', { u: { t: 'a', x: null } })).toMatchObject({ value: { u: { t: 'a' } } });
    expect(back(schema, 'openai-strict', { u: { t: 'b', x: null } })).toMatchObject({
      value: { u: { t: 'b', x: null } },
    });
    const unclear = {
      anyOf: [
        { type: 'object', properties: { x: { type: 'string' } } },
        { ...other, properties: { x: { type: 'null' } }, required: ['x'] },
      ],
    };
    expect(back({ type: 'object', properties: { u: unclear } }, 'openai-strict', { u: { x: null } })).toEqual({
      ok: false,
      path: '/u',
      reason: 'u can be read as more than one of its alternatives.',
    });
  });
});

describe('parts that are written in several places', () => {
  it('allOf and what stands beside a reference become one schema', () => {
    const schema = {
      type: 'object',
      allOf: [{ $ref: '#/$defs/base' }, { properties: { b: { type: 'integer', minimum: 3 } }, required: ['b'] }],
      properties: { b: { minimum: 5, maximum: 9 } },
      unevaluatedProperties: false,
      $defs: { base: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
    };
    expect(project(schema, 'grammar').schema).toEqual({
      type: 'object',
      properties: { b: { type: 'integer', minimum: 5, maximum: 9 }, a: { type: 'string' } },
      required: expect.arrayContaining(['a', 'b']),
      additionalProperties: false,
    });
  });

  it('parts that contradict each other leave nothing, and are refused', () => {
    for (const schema of [
      false,
      { type: 'string', allOf: [{ type: 'integer' }] },
      { enum: ['a'], type: 'integer' },
      { type: 'object', properties: { a: false }, required: ['a'] },
      { anyOf: [{ enum: [1], minimum: 2 }, false] },
    ])
      for (const name of SUBSET_NAMES)
        expect(projectSchema(schema, name)).toMatchObject({ ok: false, code: 'unsatisfiable' });
  });

  it('a schema that contains itself stays a reference where that is taken, and is refused elsewhere', () => {
    const schema = {
      $id: 'T0',
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } }, next: { $ref: 'T0' } },
    };
    const part = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/$defs/root' } }, next: { $ref: '#/$defs/root' } },
    };
    expect(project(schema, 'moonshot').schema).toEqual({ ...part, $defs: { root: part } });
    expect(project(schema, 'openai-strict').schema).toMatchObject({
      properties: { next: { anyOf: [{ $ref: '#/$defs/root' }, { type: 'null' }] } },
    });
    expect(back(schema, 'openai-strict', { children: [{ children: null, next: null }], next: null })).toMatchObject({
      value: { children: [{}] },
    });
    for (const name of ['gemini', 'anthropic-output'] as const)
      expect(projectSchema(schema, name)).toMatchObject({ ok: false, code: 'recursive_schema' });
  });

  it('each draft is read by its own words', () => {
    const draft07 = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { t: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false } },
      dependencies: { t: ['u'] },
    };
    expect(project(draft07, 'openai-strict').schema).toMatchObject({
      properties: {
        t: { anyOf: [{ type: 'array', items: { type: ['string', 'number'] }, maxItems: 2 }, { type: 'null' }] },
      },
      description: 'Rules: with t also u.',
    });
    expect(projectSchema({ $schema: 'http://json-schema.org/draft-03/schema#' }, 'grammar')).toMatchObject({
      code: 'invalid_schema',
    });
  });
});

describe('limits', () => {
  const properties = (count: number): JsonObject =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }]));
  const nested = (levels: number): JsonObject =>
    levels === 0 ? { type: 'string' } : { type: 'object', properties: { p: nested(levels - 1) }, required: ['p'] };
  const values = (count: number, length = 4): string[] =>
    Array.from({ length: count }, (_, index) => `v${index}`.padEnd(length, 'x'));
  const withEnum = (list: string[]): JsonObject => ({
    type: 'object',
    properties: { p: { enum: list } },
    required: ['p'],
  });

  it.each<[string, SubsetName, JsonObject, JsonObject]>([
    ['too_deep', 'openai-strict', nested(10), nested(11)],
    ['too_deep', 'moonshot', nested(30), nested(31)],
    ['too_many_enum_values', 'openai-strict', withEnum(values(1_000)), withEnum(values(1_001))],
    ['too_many_enum_values', 'openai-strict', withEnum(values(251, 50)), withEnum(values(251, 70))],
    ['too_many_enum_values', 'moonshot', withEnum(values(1_000)), withEnum(values(1_001))],
    [
      'too_many_optional_properties',
      'anthropic-output',
      { type: 'object', properties: properties(24) },
      { type: 'object', properties: properties(25) },
    ],
    [
      'too_many_properties',
      'moonshot',
      { type: 'object', properties: properties(3_000) },
      { type: 'object', properties: properties(3_001) },
    ],
    [
      'too_many_properties',
      'json-schema',
      { type: 'object', properties: properties(5_000) },
      { type: 'object', properties: properties(10_000) },
    ],
  ])('%s: %s takes as much as is published and no more', (code, name, fits, exceeds) => {
    expect(projectSchema(fits, name)).toMatchObject({ ok: true });
    expect(projectSchema(exceeds, name)).toMatchObject({ ok: false, code });
  });
});

describe('input that means harm', () => {
  const deep = (open: string, close: string, levels: number): JsonValue =>
    JSON.parse(`${open.repeat(levels)}{}${close.repeat(levels)}`) as JsonValue;
  const itself: JsonObject = { type: 'object' };
  itself['properties'] = { itself };
  const laughs: JsonObject = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `d${index}`,
      { type: 'object', properties: { a: { $ref: `#/$defs/d${index + 1}` }, b: { $ref: `#/$defs/d${index + 1}` } } },
    ]),
  );
  const chain: JsonObject = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }]),
  );
  const loops: JsonObject = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [
      `d${index}`,
      { items: { $ref: `#/$defs/d${(index * 7 + 1) % 2_000}` } },
    ]),
  );

  it.each<[string, string, JsonValue]>([
    ['too_deep', 'a thousand levels', deep('{"items":', '}', 1_000)],
    ['too_deep', 'a hundred thousand levels', deep('[', ']', 9_000)],
    ['too_deep', 'an object that contains itself', itself],
    ['too_large', 'a megabyte', { type: 'object', description: 'x'.repeat(1_000_000) }],
    [
      'too_large',
      'references that double at each step',
      { $ref: '#/$defs/d0', $defs: { ...laughs, d40: { type: 'string' } } },
    ],
    ['too_deep', 'a chain of references', { $ref: '#/$defs/d0', $defs: { ...chain, d3000: { type: 'string' } } }],
    [
      'too_many_properties',
      'ten thousand properties',
      { properties: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`p${n}`, true])) },
    ],
    [
      'unsafe_key',
      'a property `__proto__`',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as JsonValue,
    ],
    [
      'unsafe_key',
      'a definition `__proto__`',
      JSON.parse('{"$ref":"#/$defs/__proto__","$defs":{"__proto__":{}}}') as JsonValue,
    ],
    ['remote_reference', 'another document', { $ref: 'https://example.com/schema.json' }],
    ['remote_reference', 'a file', { type: 'object', properties: { a: { $ref: 'file:///etc/passwd' } } }],
    ['dangling_reference', 'a reference to nothing', { $ref: '#/$defs/none' }],
    ['dangling_reference', 'a reference to what every object inherits', { $ref: '#/constructor' }],
    ['dangling_reference', 'a reference to itself', { $ref: '#' }],
    [
      'dangling_reference',
      'references to each other',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } },
    ],
    [
      'dynamic_reference',
      'a dynamic reference',
      { $dynamicAnchor: 'x', type: 'object', properties: { a: { $dynamicRef: '#x' } } },
    ],
    ['invalid_schema', 'a keyword with the wrong value', { type: 'object', properties: { a: { minimum: '3' } } }],
    ['invalid_schema', 'a pattern that is none', { type: 'string', pattern: '(' }],
    ['invalid_schema', 'no schema', 'string'],
    ['invalid_schema', 'a schema that is a list', { properties: { a: [] } }],
  ])('is refused: %s for %s', (code, _, schema) => {
    for (const name of NAMES) expect(projectSchema(schema, name)).toMatchObject({ ok: false, code });
  });

  it('two thousand definitions that lead to each other end in a result', () => {
    const schema = { $ref: '#/$defs/d0', $defs: loops };
    for (const name of NAMES) expect(typeof projectSchema(schema, name).ok).toBe('boolean');
  });

  it('names that every object inherits are names like others', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const schema = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { enum: [1, 2] }])),
      constructor: 5,
    };
    for (const name of NAMES) {
      expect(Object.keys(project(schema, name).schema['properties'] as JsonObject)).toEqual(names);
      expect(back(schema, name, { toString: name === 'gemini' ? '1' : 1 })).toMatchObject({ ok: true });
      expect(back(schema, name, {})).toMatchObject({ ok: true, value: {} });
    }
  });

  it('alternatives within alternatives do not go on for ever', () => {
    const branch = (more: JsonObject): JsonObject => ({
      type: 'object',
      properties: { next: { $ref: '#/$defs/n' }, x: { type: 'string' } },
      additionalProperties: false,
      ...more,
    });
    const n = { anyOf: [branch({}), branch({ minProperties: 0 }), branch({ maxProperties: 9 })] };
    const schema = { type: 'object', properties: { n: { $ref: '#/$defs/n' } }, required: ['n'], $defs: { n } };
    let args: JsonValue = { next: null, x: null };
    for (let level = 0; level < 60; level++) args = { next: args, x: null };
    expect(back(schema, 'openai-strict', { n: args })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('Send less'),
    });
    expect(back(schema, 'openai-strict', { n: { next: { next: null, x: null }, x: null } })).toMatchObject({
      ok: true,
      value: { n: { next: {} } },
    });
  });

  it('arguments that nest too deep are refused before anything walks over them', () => {
    const schema = { type: 'object', properties: { a: {} } };
    expect(back(schema, 'grammar', deep('[', ']', 5_000))).toMatchObject({ ok: false });
  });
});
