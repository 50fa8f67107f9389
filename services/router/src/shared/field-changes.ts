import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** What differs at one place; an absent side is undefined. */
export interface Change {
  /** `model.capabilities[0]` */
  path: string;
  before?: JsonValue;
  after?: JsonValue;
}

/** What differs between two documents, leaf by leaf, in the order of their keys. */
export function fieldChanges(before: JsonObject, after: JsonObject): Change[] {
  return compare('', before, after);
}

function compare(path: string, before: JsonValue | undefined, after: JsonValue | undefined): Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => compare(path === '' ? key : `${path}.${key}`, before[key], after[key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => compare(`${path}[${index}]`, before[index], after[index])).flat();
  }
  if (Object.is(before, after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
