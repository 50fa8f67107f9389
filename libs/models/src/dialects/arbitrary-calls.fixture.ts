import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.js';

/** Tools whose arguments have every type that JSON Schema knows, plainly and in unions. */
export const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    yes: { type: 'boolean' },
    nothing: { type: 'null' },
    list: { type: 'array', items: { type: ['string', 'integer', 'null'] } },
    object: { type: 'object' },
    either: { type: ['string', 'number', 'boolean', 'null'] },
    anything: {},
  },
};
export const TOOLS: Readonly<Record<string, JsonObject>> = { get_weather: SCHEMA, 'do-it.now': SCHEMA, f: SCHEMA };

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[ -~\n\t]{0,40}$/),
  fc.constantFrom(
    ...['', ' ', '\n', '"quoted"', "it's", 'C:\\new\\table', 'a\nb\n', '5', 'true', 'null', '{"a": 1}', '[1]'],
    ...['🚂 世界', '<b>', '&amp;', '`code`', '{', ']', "'''", 'None', '\u2028', '</b>', '$1', '\\'],
  ),
);
const key = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/), fc.constantFrom('__proto__', 'constructor'));
const integer = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 53 - 1, -(2 ** 53) + 1));
const number = fc.oneof(
  fc.constantFrom(1e21, 1e-7, 0.1, 1.5, 5e-324, 1.7976931348623157e308),
  // JSON has no negative zero.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
);

const toObject = (entries: [string, JsonValue][]): JsonObject => Object.fromEntries(entries);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    number,
    integer,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name }).map(toObject),
  ),
}));
const object = fc.uniqueArray(fc.tuple(key, value), { maxLength: 3, selector: ([name]) => name }).map(toObject);

const argumentsOf: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      text,
      count: integer,
      ratio: number,
      yes: fc.boolean(),
      nothing: fc.constant(null),
      list: fc.array(fc.oneof(text, integer, fc.constant(null)), { maxLength: 4 }),
      object,
      either: fc.oneof(text, number, fc.boolean(), fc.constant(null)),
      anything: value,
    },
    { requiredKeys: [] },
  )
  .map((record): JsonObject => ({ ...record }));

/** One to three calls of the tools, with arguments that satisfy their schema. */
export const someCalls = fc.array(fc.record({ name: fc.constantFrom(...Object.keys(TOOLS)), arguments: argumentsOf }), {
  minLength: 1,
  maxLength: 3,
});
