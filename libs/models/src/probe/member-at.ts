import type { JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';

/** The value at a path of a JSON object: `tools.choices`. Undefined where there is none. */
export function memberAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (at, key) => (isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
      value,
    );
}
