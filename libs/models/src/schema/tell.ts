import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { TYPES, schemasAt } from './keywords.js';
import { SchemaRefusal } from './projection.js';

/** Longer rules are no help in a description; what is longer and more than a bound refuses the schema. */
const MAX_TOLD_CHARACTERS = 600;

const QUOTED = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
const NAMES = (value: JsonValue): string => (Array.isArray(value) ? value.map(QUOTED).join(', ') : QUOTED(value));

/** Rules in words, after "Rules:". */
const WORDS: Readonly<Record<string, (value: JsonValue) => string>> = {
  contentEncoding: (value) => `encoded as ${QUOTED(value)}`,
  contentMediaType: (value) => `of media type ${QUOTED(value)}`,
  exclusiveMaximum: (value) => `less than ${QUOTED(value)}`,
  exclusiveMinimum: (value) => `greater than ${QUOTED(value)}`,
  format: (value) => `in format ${QUOTED(value)}`,
  maxContains: (value) => `at most ${QUOTED(value)} of those`,
  maxItems: (value) => `at most ${QUOTED(value)} items`,
  maxLength: (value) => `at most ${QUOTED(value)} characters`,
  maxProperties: (value) => `at most ${QUOTED(value)} properties`,
  maximum: (value) => `at most ${QUOTED(value)}`,
  minContains: (value) => `at least ${QUOTED(value)} of those`,
  minItems: (value) => `at least ${QUOTED(value)} items`,
  minLength: (value) => `at least ${QUOTED(value)} characters`,
  minProperties: (value) => `at least ${QUOTED(value)} properties`,
  minimum: (value) => `at least ${QUOTED(value)}`,
  multipleOf: (value) => `a multiple of ${QUOTED(value)}`,
  pattern: (value) => `matching the regular expression ${QUOTED(value)}`,
  required: (value) => `with ${NAMES(value)}`,
  uniqueItems: () => 'no two items equal',
  default: (value) => `by default ${JSON.stringify(value)}`,
  examples: (value) => `for example ${NAMES(value)}`,
};

/** Keywords that can be left untold without harm where they are too long: the arguments are checked all the same. */
const MAY_STAY_UNTOLD = new Set([
  'default',
  'examples',
  'pattern',
  'format',
  'contentMediaType',
  'contentEncoding',
  'required',
]);

/**
 * A rule that the wire does not carry, in words; undefined where it need not be told. Throws a refusal for a rule that changes what is meant
 * and is too long to be told, or tells of definitions that are not on the wire.
 */
export function tell(keyword: string, value: JsonValue, path: string): string | undefined {
  const words = WORDS[keyword]?.(value) ?? wordsOfSchemas(keyword, value);
  if (words.length <= MAX_TOLD_CHARACTERS && !words.includes('"$ref"')) return words;
  if (MAY_STAY_UNTOLD.has(keyword)) return undefined;
  throw new SchemaRefusal(
    'inexpressible',
    path,
    `"${keyword}" cannot be written for this backend, and is too long to be told in words.`,
  );
}

function wordsOfSchemas(keyword: string, value: JsonValue): string {
  if (keyword === 'dependentRequired' && isJsonObject(value))
    return Object.entries(value)
      .map(([name, needed]) => `with ${name} also ${NAMES(needed ?? [])}`)
      .join('; ');
  if (keyword === 'anyOf' || keyword === 'oneOf') {
    const alternatives = Array.isArray(value) ? value.filter(isJsonObject) : [];
    const names = alternatives.map((each) => each['required']).filter((each) => each !== undefined);
    const each = keyword === 'oneOf' ? 'exactly one of' : 'at least one of';
    return names.length === alternatives.length
      ? `${each}: ${names.map((list) => `(${NAMES(list)})`).join(' or ')}`
      : `${each} these JSON Schemas holds: ${readable(value)}`;
  }
  const SENTENCES: Readonly<Record<string, string>> = {
    additionalProperties: 'other properties fit the JSON Schema',
    contains: 'at least one item fits the JSON Schema',
    dependentSchemas: 'where one of these properties is given, the whole fits its JSON Schema:',
    else: 'else the JSON Schema',
    if: 'if it fits the JSON Schema',
    items: 'further items fit the JSON Schema',
    not: 'does not fit the JSON Schema',
    patternProperties: 'properties whose names match fit these JSON Schemas:',
    prefixItems: 'the items fit, in order, the JSON Schemas',
    propertyNames: 'names of properties fit the JSON Schema',
    then: 'then the JSON Schema',
  };
  return `${SENTENCES[keyword] ?? keyword} ${readable(value)}`;
}

/** The condition as one sentence. */
export function tellCondition(schema: JsonObject, path: string): string | undefined {
  const parts = ['if', 'then', 'else'].flatMap((keyword) => {
    const value = schema[keyword];
    return value === undefined ? [] : [tell(keyword, value, path)];
  });
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Rules that could not be merged with the rest of their schema. */
export function tellResidual(schema: JsonObject, path: string): string[] {
  return schemasAt(schema, 'allOf').flatMap((rule) => {
    const [keyword, ...others] = Object.keys(rule);
    const value = keyword === undefined ? undefined : rule[keyword];
    const single = keyword !== undefined && others.length === 0 && keyword !== 'type' && value !== undefined;
    const words = single ? tell(keyword, value, path) : tell('fits the JSON Schema', rule, path);
    return words === undefined ? [] : [words];
  });
}

const LABEL = 'Rules: ';

/** A description with rules in words added, behind those that it ends with already. */
export function describe(description: JsonValue | undefined, rules: readonly string[]): string | undefined {
  const before = typeof description === 'string' ? description.trim() : '';
  const added = rules.filter((rule) => rule !== '').join('; ');
  if (added === '') return before === '' ? undefined : before;
  if (before === '') return `${LABEL}${added}.`;
  return `${before}${/[.!?:]$/.test(before) ? '' : '.'} ${LABEL}${added}.`;
}

/** The description of a whole, before that of the part which it became; rules of both are told at once. */
export function describeBoth(
  whole: JsonValue | undefined,
  part: JsonValue | undefined,
  rules: readonly string[],
): string | undefined {
  const inner = typeof part === 'string' ? part : '';
  if (inner.startsWith(LABEL)) return describe(whole, [inner.slice(LABEL.length).replace(/\.$/, ''), ...rules]);
  const outer = typeof whole === 'string' ? whole.trim() : '';
  const said = outer === '' || inner === '' ? outer + inner : `${outer}${/[.!?:]$/.test(outer) ? '' : '.'} ${inner}`;
  return describe(said, rules);
}

/** A normal schema as people write them: one type as a word, not as a list. */
function readable(value: JsonValue): string {
  return JSON.stringify(value, (key, member: unknown) =>
    key === 'type' && Array.isArray(member) && member.length === 1 && TYPES.some((type) => type === member[0])
      ? TYPES.find((type) => type === member[0])
      : member,
  );
}
