import type { JsonObject } from '../json.js';
import { checkValue } from './check-value.js';
import { ANNOTATIONS, NEVER, isAny, typeOf, typesOf } from './keywords.js';

/** Of an enum what the rules beside it allow, so that they need not be told. A schema without an enum is left as it is. */
export function narrowEnum(schema: JsonObject): JsonObject {
  const { enum: listed, ...rules } = schema;
  if (!Array.isArray(listed) || (isAny(rules) && listed.length > 0)) return schema;
  const assertions = Object.keys(rules).filter((keyword) => !ANNOTATIONS.has(keyword));
  const types = typesOf(schema);
  const annotations = Object.fromEntries(Object.entries(rules).filter(([keyword]) => ANNOTATIONS.has(keyword)));
  const allowed = listed.filter((value) => {
    const type = typeOf(value);
    return types === undefined || types.includes(type) || (type === 'integer' && types.includes('number'));
  });
  if (allowed.length === 0) return NEVER;
  if (assertions.every((keyword) => keyword === 'type')) return { ...annotations, enum: allowed };
  // Rules about definitions that contain themselves cannot be checked alone.
  if (JSON.stringify(rules).includes('"$ref"')) return { ...schema, enum: allowed };
  const kept = allowed.filter((value) => checkValue(rules, value).ok);
  return kept.length === 0 ? NEVER : { ...annotations, enum: kept };
}
