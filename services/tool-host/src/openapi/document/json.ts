import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** The members of what may be anything: none where it is no object. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A member of its own, never one that every object inherits. */
export function own(value: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** `Object.entries` without the one name that assigning would make a prototype of. */
export function safeEntries(value: JsonValue | undefined): [string, JsonValue][] {
  return Object.entries(objectOf(value)).filter((entry): entry is [string, JsonValue] => entry[0] !== '__proto__');
}
