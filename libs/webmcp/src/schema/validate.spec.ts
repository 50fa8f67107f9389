import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { Json, JsonSchema } from './json-schema.js';
import { faultOfSchema } from './known-keywords.js';
import { faultsOf } from './validate.js';

const values = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const small = fc.integer({ min: 0, max: 4 });

/** Schemas in which others stand down to this depth. */
function schemas(depth: number): fc.Arbitrary<JsonSchema> {
  const own = {
    type: fc.constantFrom<JsonSchema['type'] & string>(
      'object',
      'array',
      'string',
      'number',
      'integer',
      'boolean',
      'null',
    ),
    required: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    minProperties: small,
    maxProperties: small,
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    enum: fc.array(values, { minLength: 1, maxLength: 3 }),
    minimum: small,
    maximum: small,
    exclusiveMinimum: small,
    exclusiveMaximum: small,
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom('^a', 'b$', '^[a-z]*$'),
  };
  if (depth === 0) return fc.record({ ...own, additionalProperties: fc.boolean() }, { requiredKeys: [] });
  const below = schemas(depth - 1);
  const nested = {
    properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__x'), below, { maxKeys: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), below),
    items: below,
    anyOf: fc.array(below, { minLength: 1, maxLength: 2 }),
    oneOf: fc.array(below, { minLength: 1, maxLength: 2 }),
    not: below,
  };
  return fc.record({ ...own, ...nested }, { requiredKeys: [] });
}

describe('checking arguments in a page', () => {
  it('agrees with Ajv about what fits and what does not', () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    fc.assert(
      fc.property(schemas(1), values, (schema, value) => {
        expect(faultsOf(schema, value).length === 0).toBe(ajv.validate(schema, value));
        ajv.removeSchema(schema);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says where and what', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { city: { type: 'string' }, nights: { type: 'integer', minimum: 1, multipleOf: 0.5 } },
      required: ['city'],
      additionalProperties: false,
    };
    expect(faultsOf(schema, { nights: 0, extra: true })).toEqual([
      '/city is missing',
      '/nights must be at least 1',
      '/extra is not known',
    ]);
    expect(faultsOf(schema, 'Oslo')).toEqual(['the value must be object']);
    expect(faultsOf({ multipleOf: 0.1 }, 0.3)).toEqual([]);
  });

  it.each([
    [{ $ref: '#/$defs/a' } as JsonSchema, /"\$ref", which is not checked/],
    [{ properties: { a: { patternProperties: {} } as JsonSchema } }, /#\/properties\/a has "patternProperties"/],
    [{ type: 'banana' } as unknown as JsonSchema, /type "banana"/],
    [{ items: { pattern: '(' } }, /#\/items has a pattern/],
  ])('refuses what it would not check: %j', (schema, reason) => {
    expect(faultOfSchema(schema)).toMatch(reason);
  });
});
