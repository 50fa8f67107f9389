import {
  payloadReference,
  RunEventSchema,
  unescapeReferences,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';
import { mapFreeJson } from './free-json.js';

/** The hashes that a value refers to. */
export function hashesIn(value: JsonValue, found = new Set<string>()): Set<string> {
  const reference = payloadReference(value);
  if (reference) found.add(reference.hash);
  else if (typeof value === 'object' && value !== null)
    for (const item of Array.isArray(value) ? value : Object.values(value)) hashesIn(item, found);
  return found;
}

/** A value as it was before it was stored. What `payloads` does not have stays a reference. */
export function resolveReferences(value: JsonValue, payloads: ReadonlyMap<string, JsonValue>): JsonValue {
  return unescapeReferences(replaced(value, payloads));
}

/** The same of the wire form of an event. */
export function resolveEvent(wire: JsonObject, payloads: ReadonlyMap<string, JsonValue>): JsonObject {
  return mapFreeJson(RunEventSchema, wire, (value) => resolveReferences(value, payloads));
}

function replaced(value: JsonValue, payloads: ReadonlyMap<string, JsonValue>): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const reference = payloadReference(value);
  if (reference) return payloads.get(reference.hash) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, payloads));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, payloads)]));
}
