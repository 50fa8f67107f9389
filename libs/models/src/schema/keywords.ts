import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';

/** JSON Schema's types. An integer is a number too. */
export const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type TypeName = (typeof TYPES)[number];

/** Keywords that hold one schema. */
const ONE_SCHEMA = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
/** Keywords that hold a list of schemas; `items` did until 2019-09. */
const SCHEMA_LISTS = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'];
/** Keywords that hold schemas by name; values of `dependencies` may be lists of names instead. */
const SCHEMA_MAPS = ['dependencies', 'dependentSchemas', 'patternProperties', 'properties'];

/** Keywords that say nothing about a value. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  'default',
  'deprecated',
  'description',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

/** Which type of value an assertion is about: it says nothing about values of other types. */
export const ASSERTED_TYPE: Readonly<Record<string, 'string' | 'number' | 'array' | 'object'>> = {
  contentEncoding: 'string',
  contentMediaType: 'string',
  format: 'string',
  maxLength: 'string',
  minLength: 'string',
  pattern: 'string',
  exclusiveMaximum: 'number',
  exclusiveMinimum: 'number',
  maximum: 'number',
  minimum: 'number',
  multipleOf: 'number',
  contains: 'array',
  items: 'array',
  maxContains: 'array',
  maxItems: 'array',
  minContains: 'array',
  minItems: 'array',
  prefixItems: 'array',
  unevaluatedItems: 'array',
  uniqueItems: 'array',
  additionalProperties: 'object',
  dependentRequired: 'object',
  dependentSchemas: 'object',
  maxProperties: 'object',
  minProperties: 'object',
  patternProperties: 'object',
  properties: 'object',
  propertyNames: 'object',
  required: 'object',
  unevaluatedProperties: 'object',
};

/** Satisfied by nothing; `{}` by everything. */
export const NEVER: JsonObject = { not: {} };

export function isNever(schema: JsonObject): boolean {
  const not = schema['not'];
  return isJsonObject(not) && isAny(not);
}

/** True where a schema says nothing about a value. */
export function isAny(schema: JsonObject): boolean {
  return Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword));
}

/** The object's own member; names such as `constructor` are in every object otherwise. */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function without(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}

export function objectAt(schema: JsonObject, keyword: string): JsonObject | undefined {
  const value = own(schema, keyword);
  return isJsonObject(value) ? value : undefined;
}

export function listAt(schema: JsonObject, keyword: string): JsonValue[] | undefined {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : undefined;
}

/** The schemas in a list or by name; what is none (a boolean) is left to the caller to have turned into one. */
export function schemasAt(schema: JsonObject, keyword: string): JsonObject[] {
  return (listAt(schema, keyword) ?? []).filter(isJsonObject);
}

export function schemaEntriesAt(schema: JsonObject, keyword: string): [string, JsonObject][] {
  const entries = Object.entries(objectAt(schema, keyword) ?? {});
  return entries.flatMap(([name, value]): [string, JsonObject][] => (isJsonObject(value) ? [[name, value]] : []));
}

export function namesAt(schema: JsonObject, keyword: string): string[] {
  return (listAt(schema, keyword) ?? []).filter((name) => typeof name === 'string');
}

export function numberAt(schema: JsonObject, keyword: string): number | undefined {
  const value = own(schema, keyword);
  return typeof value === 'number' ? value : undefined;
}

/** The types that a normal schema names; undefined for all. */
export function typesOf(schema: JsonObject): TypeName[] | undefined {
  const type = own(schema, 'type');
  const names: JsonValue[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  return type === undefined ? undefined : TYPES.filter((name) => names.includes(name));
}

/** The type of a value; `integer` for whole numbers. */
export function typeOf(value: JsonValue | undefined): TypeName {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

/** The schemas within a schema, each with its place; definitions are not among them, because they apply only where they are referred to. */
export function subschemasOf(schema: JsonObject): { path: string; schema: JsonValue }[] {
  const found: { path: string; schema: JsonValue }[] = [];
  for (const keyword of ONE_SCHEMA) {
    const value = own(schema, keyword);
    if (value !== undefined && !Array.isArray(value)) found.push({ path: `/${keyword}`, schema: value });
  }
  for (const keyword of SCHEMA_LISTS)
    for (const [index, value] of (listAt(schema, keyword) ?? []).entries())
      found.push({ path: `/${keyword}/${index}`, schema: value });
  for (const keyword of SCHEMA_MAPS)
    for (const [name, value] of Object.entries(objectAt(schema, keyword) ?? {}))
      if (value !== undefined && !Array.isArray(value))
        found.push({ path: `/${keyword}/${escapePointer(name)}`, schema: value });
  return found;
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
