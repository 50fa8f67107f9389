import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { checkValue } from './check-value.js';
import { coerceArguments } from './coerce-arguments.js';
import { recursiveSamples, samples } from './generate.fixture.js';
import { projectSchema } from './project-schema.js';
import type { Projected } from './projection.js';
import { SUBSETS } from './subsets.js';
import { VALIDATORS } from './validate.fixture.js';
import { wireArguments } from './wire-arguments.js';
import { asJsonSchema } from './wire-schema.js';

const NAMES = ['openai-strict', 'gemini', 'anthropic-output', 'grammar', 'moonshot'] as const;
const RUNS = { numRuns: 100 * Number(process.env['SOAK'] ?? 1) };

/** Limits are met by chance, and are not what is looked at here; and some schemas contradict themselves. */
const REFUSED = new Set([
  'unsatisfiable',
  'too_many_optional_properties',
  'too_many_alternatives',
  'too_deep',
  'too_large',
  'recursive_schema',
  'inexpressible',
]);

function projected(schema: JsonValue, name: (typeof NAMES)[number]): Projected {
  const projection = projectSchema(schema, name);
  fc.pre(projection.ok || !REFUSED.has(projection.code));
  if (!projection.ok) throw new Error(`${projection.code} at ${projection.path}: ${projection.reason}`);
  return projection;
}

function losesUndeclared({ losses }: Projected): boolean {
  return losses.some(({ why }) => why === 'properties that are not declared cannot be sent');
}

/** Equal, but for null where a property was left out: both are one thing on a wire that has no optional properties. */
function expectSame(back: JsonValue | undefined, value: JsonValue | undefined): void {
  if (!isJsonObject(back) || !isJsonObject(value)) {
    if (!Array.isArray(back) || !Array.isArray(value)) return expect(back).toEqual(value);
    expect(back).toHaveLength(value.length);
    return back.forEach((item, index) => expectSame(item, value[index]));
  }
  for (const [name, member] of Object.entries(back))
    if (Object.hasOwn(value, name)) expectSame(member, value[name]);
    else expect(member).toBeNull();
  expect(Object.keys(back)).toEqual(expect.arrayContaining(Object.keys(value)));
}

const any = fc.oneof({ weight: 4, arbitrary: samples }, { weight: 1, arbitrary: recursiveSamples });

describe.each(NAMES)('any schema for %s', (name) => {
  it('becomes one that the published rules accept', () => {
    fc.assert(
      fc.property(any, ({ schema }) => VALIDATORS[name](projected(schema, name).schema)),
      RUNS,
    );
  });

  it('what its author allows can be written on the wire, and comes back as it was', () => {
    fc.assert(
      fc.property(any, ({ schema, value }) => {
        const author = isJsonObject(schema) ? schema : {};
        fc.pre(checkValue(author, value).ok);
        expect(projectSchema(schema, name)).not.toMatchObject({ code: 'unsatisfiable' });
        const projection = projected(schema, name);
        const wire = wireArguments(projection, value);
        const verdict = checkValue(asJsonSchema(projection.schema), wire);
        // The one thing that is narrower: what an open object does not declare.
        fc.pre(verdict.ok || !(verdict.reason.includes('NOT have additional') && losesUndeclared(projection)));
        expect(verdict).toEqual({ ok: true });
        const back = coerceArguments(projection, wire);
        // Two alternatives may both allow what is on the wire and mean different things by it: then nothing is chosen.
        if (!back.ok) return expect(back.reason).toContain('more than one of its alternatives');
        expectSame(back.value, value);
        expect(checkValue(author, back.value)).toEqual({ ok: true });
      }),
      RUNS,
    );
  });

  it('projecting what was projected changes nothing', () => {
    fc.assert(
      fc.property(any, ({ schema }) => {
        const once = projected(schema, name);
        const twice = projectSchema(once.schema, name);
        expect(twice).toMatchObject({ ok: true });
        expect(twice.ok && twice.schema).toEqual(once.schema);
        expect(twice.ok && twice.coerce).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('no keyword outside the table is ever on the wire', () => {
    const { keywords } = SUBSETS[name];
    const visit = (schema: JsonObject): void => {
      for (const [keyword, value] of Object.entries(schema)) {
        expect(keywords).toContain(keyword);
        if ((keyword === 'properties' || keyword === '$defs') && isJsonObject(value))
          Object.values(value).filter(isJsonObject).forEach(visit);
        if ((keyword === 'items' || keyword === 'additionalProperties') && isJsonObject(value)) visit(value);
        if (keyword === 'anyOf' && Array.isArray(value)) value.filter(isJsonObject).forEach(visit);
      }
    };
    fc.assert(
      fc.property(any, ({ schema }) => visit(projected(schema, name).schema)),
      RUNS,
    );
  });

  it('whatever stands there as arguments, coercing neither throws nor changes what is coerced already', () => {
    fc.assert(
      fc.property(any, fc.jsonValue({ maxDepth: 4 }), ({ schema }, args) => {
        const projection = projected(schema, name);
        const coerced = coerceArguments(projection, args as JsonValue);
        expect(typeof coerced.ok).toBe('boolean');
        if (projection.coerce === undefined) expect(coerced).toMatchObject({ ok: true, value: args });
      }),
      RUNS,
    );
  });
});
