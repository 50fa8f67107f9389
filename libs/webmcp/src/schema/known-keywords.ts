import type { JsonSchema } from './json-schema.js';

/** What restricts nothing. */
const NOTES = ['title', 'description', 'default', 'examples', 'format', 'deprecated', '$comment', '$schema', '$id'];
const CHECKED = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'enum',
  'const',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
];
const KNOWN: ReadonlySet<string> = new Set([...NOTES, ...CHECKED]);
const TYPES: ReadonlySet<string> = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** What of a schema cannot be checked here, with its place; undefined where all can. */
export function faultOfSchema(schema: JsonSchema, path = '#'): string | undefined {
  const unknown = Object.keys(schema).find((keyword) => !KNOWN.has(keyword));
  if (unknown !== undefined) return `${path} has "${unknown}", which is not checked here`;
  const wrongType = [schema.type ?? []].flat().find((type) => !TYPES.has(type));
  if (wrongType !== undefined) return `${path} has the type "${wrongType}", and there is none`;
  if (schema.pattern !== undefined && !isPattern(schema.pattern)) return `${path} has a pattern that is none`;
  for (const [place, below] of schemasBelow(schema)) {
    const fault = faultOfSchema(below, `${path}/${place}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function schemasBelow(schema: JsonSchema): [string, JsonSchema][] {
  const { properties = {}, items, not, additionalProperties } = schema;
  const lists = (['anyOf', 'oneOf', 'allOf'] as const).flatMap((keyword) =>
    (schema[keyword] ?? []).map((below, index): [string, JsonSchema] => [`${keyword}/${index}`, below]),
  );
  return [
    ...Object.entries(properties).map(([name, below]): [string, JsonSchema] => [`properties/${name}`, below]),
    ...(items ? [['items', items] as [string, JsonSchema]] : []),
    ...(not ? [['not', not] as [string, JsonSchema]] : []),
    ...(typeof additionalProperties === 'object'
      ? [['additionalProperties', additionalProperties] as [string, JsonSchema]]
      : []),
    ...lists,
  ];
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    // RegExp's own words name the pattern and no more; the place is said by who asks.
    return false;
  }
}
