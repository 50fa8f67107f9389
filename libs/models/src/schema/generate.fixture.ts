import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.js';

/** A schema as authors write them, and a value that (nearly always) satisfies it. */
export interface Sample {
  schema: JsonValue;
  value: JsonValue;
}

const NAMES = [
  'a',
  'b',
  'city',
  'constructor',
  'toString',
  'key',
  'value',
  'a b',
  'äöü',
  '$ref',
  'required',
  'x'.repeat(70),
];
const text = fc.string({ maxLength: 8 });
const json: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: true })
  // -0 and keys like `__proto__` do not survive JSON in every engine.
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as JsonValue);
const integer = fc.integer({ min: -50, max: 50 });
const number = fc.oneof(integer, fc.constantFrom(0.5, -2.25, 1e9));
const annotations: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ description: fc.constantFrom('A thing.', 'some thing', '') }) },
  { weight: 1, arbitrary: fc.record({ title: fc.constant('Title') }) },
  { weight: 1, arbitrary: fc.record({ default: json, deprecated: fc.boolean(), $comment: fc.constant('note') }) },
);

function sample(schema: JsonValue, value: JsonValue): Sample {
  return { schema, value };
}

const scalars: fc.Arbitrary<Sample> = fc.oneof(
  text.map((value) => sample({ type: 'string' }, value)),
  text.map((value) => sample({ type: 'string', minLength: value.length > 0 ? 1 : 0, maxLength: 8 }, value)),
  fc.constantFrom('ab', 'aab').map((value) => sample({ type: 'string', pattern: '^a+b$' }, value)),
  fc.constantFrom('ab').map((value) => sample({ type: 'string', pattern: '(?=ab)' }, value)),
  fc.constantFrom('date-time', 'uri', 'uuid', 'regex').map((format) => sample({ type: 'string', format }, 'x')),
  integer.map((value) => sample({ type: 'integer', minimum: -50, exclusiveMaximum: 51 }, value)),
  number.map((value) => sample({ type: 'number', maximum: 1e9 }, value)),
  integer.map((value) => sample({ type: 'number', multipleOf: 0.5 }, value)),
  fc.boolean().map((value) => sample({ type: 'boolean' }, value)),
  fc.constant(sample({ type: 'null' }, null)),
  fc.oneof(text, fc.constant(null)).map((value) => sample({ type: ['string', 'null'], maxLength: 8 }, value)),
  fc.oneof(text, integer, fc.boolean()).map((value) => sample({ type: ['string', 'integer', 'boolean'] }, value)),
  json.map((value) => sample({}, value)),
  json.map((value) => sample(true, value)),
  json.map((value) => sample({ not: { const: 'never this' } }, value)),
);

const enums: fc.Arbitrary<Sample> = fc
  .oneof(
    fc.uniqueArray(fc.constantFrom<JsonValue>('a', 'b', '', '1', 'null'), { minLength: 1 }),
    fc.uniqueArray(fc.constantFrom<JsonValue>(1, 2, 3, 0.5), { minLength: 1 }),
    fc.uniqueArray(fc.constantFrom<JsonValue>(1, '1', true, 'true', null, 'x', 2.5), { minLength: 1 }),
    fc.constantFrom<JsonValue[]>([[1], { a: 1 }, 'x'], [true], [true, false], [null], [{ a: null }]),
  )
  .chain((values) =>
    fc
      .tuple(fc.constantFrom(...values), fc.boolean())
      .map(([value, single]): Sample => (single ? sample({ const: value }, value) : sample({ enum: values }, value))),
  );

/** Values by name. `fc.dictionary` would give `__proto__` too. */
function members<T>(each: fc.Arbitrary<T>, max: number): fc.Arbitrary<[string, T][]> {
  return fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), each), { selector: ([name]) => name, maxLength: max });
}

function objects(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  const property = fc.tuple(inner, fc.boolean(), fc.boolean());
  const closed = fc.constantFrom<JsonObject>(
    {},
    { additionalProperties: false },
    { unevaluatedProperties: false },
    { minProperties: 0 },
  );
  return fc.tuple(members(property, 4), closed).map(([properties, rest]) => {
    const required = properties.filter(([, [, isRequired]]) => isRequired).map(([name]) => name);
    const given = properties.filter(([, [, isRequired, isGiven]]) => isRequired || isGiven);
    return sample(
      {
        type: 'object',
        properties: Object.fromEntries(properties.map(([name, [each]]) => [name, each.schema])),
        ...(required.length > 0 ? { required } : {}),
        ...rest,
      },
      Object.fromEntries(given.map(([name, [each]]) => [name, each.value])),
    );
  });
}

function composed(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  const map = inner.chain((each) =>
    fc.tuple(members(fc.constant(each.value), 3), fc.boolean()).map(([values, alsoDeclared]): Sample => {
      const value = Object.fromEntries(values);
      const declared = alsoDeclared ? { properties: { declared: { type: 'string' } } } : {};
      return sample({ type: 'object', additionalProperties: each.schema, ...declared }, value);
    }),
  );
  const list = inner.chain((each) =>
    fc.tuple(fc.nat(3), fc.boolean()).map(([length, bounded]) =>
      sample(
        { type: 'array', items: each.schema, ...(bounded ? { minItems: length, maxItems: 5, contains: true } : {}) },
        Array.from({ length }, () => each.value),
      ),
    ),
  );
  const tuple = fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.constantFrom<JsonObject>({}, { items: false }))
    .map(([each, rest]) =>
      sample(
        { type: 'array', prefixItems: each.map(({ schema }) => schema), ...rest },
        each.map(({ value }) => value),
      ),
    );
  const union = fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.constantFrom('anyOf', 'oneOf'))
    .map(([each, keyword]) => sample({ [keyword]: each.map(({ schema }) => schema) }, each[0]?.value ?? null));
  const split = fc
    .tuple(objects(inner), objects(inner))
    .map(([one, other]) =>
      sample({ allOf: [one.schema, other.schema] }, { ...(other.value as JsonObject), ...(one.value as JsonObject) }),
    );
  const byPattern = fc
    .tuple(inner, fc.nat(2), fc.constantFrom<JsonObject>({}, { additionalProperties: false }))
    .map(([each, count, rest]) =>
      sample(
        { type: 'object', patternProperties: { '^x': each.schema }, propertyNames: { maxLength: 5 }, ...rest },
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, each.value])),
      ),
    );
  const chosen = inner.map((each) =>
    sample(
      {
        type: 'object',
        properties: { one: each.schema, two: { type: 'string' } },
        anyOf: [{ required: ['one'] }, { required: ['two'] }],
        dependentRequired: { two: ['one'] },
      },
      { one: each.value },
    ),
  );
  const beside = fc
    .tuple(objects(inner), objects(inner))
    .map(([one, other]) =>
      sample(
        { type: 'object', required: [], anyOf: [one.schema, other.schema], description: 'One of two.' },
        one.value,
      ),
    );
  const conditional = objects(inner).map((each) =>
    sample({ ...(each.schema as JsonObject), if: { required: ['zz'] }, then: { required: ['yy'] } }, each.value),
  );
  const annotated = fc
    .tuple(inner, annotations)
    .map(([each, more]) =>
      typeof each.schema === 'object' ? sample({ ...(each.schema as JsonObject), ...more }, each.value) : each,
    );
  return fc.oneof(map, list, tuple, union, split, byPattern, chosen, beside, conditional, annotated, objects(inner));
}

const { node } = fc.letrec<{ node: Sample }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, depthIdentifier: 'schema' }, scalars, enums, composed(tie('node'))),
}));

/** Schemas of any root; some keep a part among the definitions, and some contain themselves. */
export const samples: fc.Arbitrary<Sample> = fc.oneof(
  { weight: 4, arbitrary: objects(node) },
  { weight: 2, arbitrary: node },
  {
    weight: 2,
    arbitrary: fc.tuple(node, node).map(([part, other]) =>
      sample(
        {
          type: 'object',
          properties: {
            one: { $ref: '#/$defs/part' },
            two: { $ref: '#/$defs/part', description: 'Again' },
            other: other.schema,
          },
          required: ['one'],
          $defs: { part: part.schema },
        },
        { one: part.value, two: part.value, other: other.value },
      ),
    ),
  },
);

/** Trees: schemas that contain themselves, in all the ways of writing that. */
export const recursiveSamples: fc.Arbitrary<Sample> = fc
  .tuple(scalars, fc.constantFrom('#', '#/$defs/tree', '#tree'), fc.nat(3))
  .map(([leaf, reference, depth]) => {
    const body: JsonObject = {
      type: 'object',
      properties: {
        leaf: leaf.schema,
        left: { $ref: reference },
        children: { type: 'array', items: { $ref: reference } },
        named: { type: 'object', additionalProperties: { $ref: reference } },
        maybe: { anyOf: [{ $ref: reference }, { type: 'null' }] },
      },
      required: ['leaf'],
      additionalProperties: false,
    };
    let value: JsonObject = { leaf: leaf.value };
    for (let level = 0; level < depth; level++)
      value = {
        leaf: leaf.value,
        left: value,
        children: [value],
        named: { n: value },
        maybe: level === 0 ? null : value,
      };
    if (reference === '#') return sample(body, value);
    const tree = reference === '#tree' ? { ...body, $anchor: 'tree' } : body;
    return sample(
      { type: 'object', properties: { tree: { $ref: reference } }, required: ['tree'], $defs: { tree } },
      { tree: value },
    );
  });
