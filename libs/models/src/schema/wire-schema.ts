import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { listAt, own, schemasAt, typeOf } from './keywords.js';

/** Whether null fits a schema on the wire. */
export function acceptsNull(schema: JsonObject): boolean {
  const type = own(schema, 'type');
  if (schema['nullable'] === true || type === 'null' || (Array.isArray(type) && type.includes('null'))) return true;
  if (listAt(schema, 'enum')?.includes(null) === true && type === undefined) return true;
  return schemasAt(schema, 'anyOf').some(acceptsNull);
}

/** The type of value that a schema on the wire asks for, null apart; undefined for several. */
export function wireTypes(schema: JsonObject): Set<string> {
  const type = own(schema, 'type');
  if (typeof type === 'string') return new Set([type === 'integer' ? 'number' : type]);
  if (Array.isArray(type)) return new Set(type.map((each) => (each === 'integer' ? 'number' : String(each))));
  const union = own(schema, 'anyOf');
  if (Array.isArray(union)) return new Set(union.filter(isJsonObject).flatMap((each) => [...wireTypes(each)]));
  const values = own(schema, 'enum');
  if (Array.isArray(values))
    return new Set(values.map((value) => (typeOf(value) === 'integer' ? 'number' : typeOf(value))));
  return new Set(['object', 'array', 'string', 'number', 'boolean', 'null']);
}

/** A schema on the wire in JSON Schema's words: OpenAPI's `nullable` goes for enums too. */
export function asJsonSchema(schema: JsonObject): JsonObject {
  const translated = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'properties' && isJsonObject(value))
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, part(each)]))];
    if (keyword === 'anyOf' && Array.isArray(value)) return [keyword, value.map(part)];
    return [keyword, keyword === 'items' || keyword === 'additionalProperties' ? part(value) : value];
  });
  const { nullable, ...rest }: JsonObject = Object.fromEntries(translated);
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function part<T extends JsonValue | undefined>(schema: T): T | JsonObject {
  return isJsonObject(schema) ? asJsonSchema(schema) : schema;
}
