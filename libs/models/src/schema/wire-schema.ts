import type { JsonObject } from '../json.js';
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
