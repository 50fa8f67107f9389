/** Any value that JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. Absent and `undefined` are the same thing: both disappear when it is written. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, if it is a string that says something. */
export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value, if it is a finite number of zero or more (a count). */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Deeper values end the stack of whatever walks over them; nobody means them. */
const MAX_LEVELS = 1_000;

/**
 * Parses JSON; `undefined` when the text is not JSON, nests deeper than 1,000 levels, or holds a number that is too large
 * to be one here: it would become `null` when it is written again.
 */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return nestsDeeperThan(value, MAX_LEVELS) || (/[eE]\+?\d{3}|\d{309}/u.test(text) && holdsInfinity(value))
      ? undefined
      : value;
  } catch {
    // Not being JSON is the answer here, not a failure: every caller decides what it means.
    return undefined;
  }
}

/** Whether lists and objects stand within each other on more than so many levels. */
export function nestsDeeperThan(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels <= 0 || Object.values(value).some((member) => nestsDeeperThan(member, levels - 1));
}

function holdsInfinity(value: JsonValue | undefined): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsInfinity);
  return value === Infinity || value === -Infinity;
}

/** JSON with sorted keys, so that equal values give equal text (fingerprints, comparisons). */
export function stableStringify(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => stableStringify(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${stableStringify(value[key])}`).join(',')}}`;
}
