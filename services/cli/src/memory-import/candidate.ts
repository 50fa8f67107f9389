import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';

/** Something in a file that may become a memory, or why it cannot. */
export type Candidate = { at: string; record: JsonObject } | { at: string; error: SwitchyardError };

/** @param at where it stands, for people: "line 3" */
export function candidate(at: string, read: () => JsonObject): Candidate {
  try {
    return { at, record: read() };
  } catch (error) {
    if (error instanceof SwitchyardError) return { at, error };
    throw error;
  }
}

export function unreadable(what: string): SwitchyardError {
  return new SwitchyardError('import.invalid', what);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent where it is null, too. @throws SwitchyardError `import.invalid` */
export function textIn(json: JsonObject, name: string): string | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  // Ids are numbers in some exports.
  if (typeof value === 'number') return String(value);
  throw unreadable(`"${name}" is not a text.`);
}

/** @throws SwitchyardError `import.invalid` */
export function textsIn(json: JsonObject, name: string): string[] {
  const value = json[name] ?? [];
  if (!Array.isArray(value)) throw unreadable(`"${name}" is not a list.`);
  return value.map((each) => {
    if (typeof each !== 'string') throw unreadable(`"${name}" has something that is not a text.`);
    return each;
  });
}

/** @throws SwitchyardError `import.invalid` */
export function numberIn(json: JsonObject, name: string): number | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw unreadable(`"${name}" is not a number.`);
}

/**
 * A moment as the contracts write it (RFC 3339, UTC). What names no zone is taken as UTC, so that an import is the same on
 * every machine.
 *
 * @throws SwitchyardError `import.invalid`
 */
export function momentIn(json: JsonObject, name: string): string | undefined {
  const value = textIn(json, name);
  if (value === undefined || value === '') return undefined;
  const shape = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(value);
  const withZone = shape?.[1] === undefined && value.length > 10 ? `${value}Z` : value;
  const time = shape ? Date.parse(withZone.replace(' ', 'T')) : Number.NaN;
  // The first and the last moment that a Timestamp may hold: google/protobuf/timestamp.proto.
  if (!(time >= Date.parse('0001-01-01T00:00:00Z') && time <= Date.parse('9999-12-31T23:59:59Z')))
    throw unreadable(`"${name}" is "${value.slice(0, 64)}", which is no moment as in 2026-11-01T12:00:00Z.`);
  return new Date(time).toISOString();
}

/** A record of the contracts, without what is absent or empty. */
export function recordOf(memory: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const { text } = memory;
  if (typeof text !== 'string' || text.trim() === '') throw unreadable('It has no text.');
  const entries = Object.entries(memory).filter((entry): entry is [string, JsonValue] => {
    const [, value] = entry;
    return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
  return { memory: Object.fromEntries(entries) };
}

/** The parts of a scope that a record names; whose tenant it becomes is the key's to say. */
export function scopeFrom(parts: {
  agent?: string | undefined;
  user?: string | undefined;
  thread?: string | undefined;
}) {
  const entries = Object.entries(parts).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
