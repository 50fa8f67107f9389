import {
  escapeReferences,
  mayHoldReferences,
  referTo,
  RunEventSchema,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';
import { mapFreeJson } from './free-json.js';

/** A value that stands beside the events. */
export interface Payload {
  hash: string;
  /** Of the JSON in UTF-8. */
  bytes: number;
  /** Canonical JSON text. */
  text: string;
}

export interface Claimed<Json> {
  json: Json;
  payloads: Payload[];
}

/** Values of more bytes of JSON than this are stored apart (architecture §4.9). */
const LARGE = 256 * 1_024;
/** Bytes of an event on the bus; with its envelope it stays below half of what NATS carries by default. */
const MOST_EVENT_BYTES = 448 * 1_024;
/** Where many values together are too much for an event, ever smaller ones are stored apart, down to these. */
const SMALLEST = 1_024;

/**
 * An event's wire form as it is stored and published: what is large in it is replaced by references, and what only looks
 * like a reference is escaped. Undefined where it is stored as it is, which is the rule.
 *
 * @param text the event as JSON text
 */
export function claimEvent(wire: JsonObject, text: string): Claimed<JsonObject> | undefined {
  if (isSmall(text)) return undefined;
  const escaped = mapFreeJson(RunEventSchema, wire, escapeReferences);
  for (let large = LARGE; ; large /= 4) {
    const payloads = new Map<string, Payload>();
    const json = mapFreeJson(RunEventSchema, escaped, (value) => claim(value, large, payloads, true));
    if (large <= SMALLEST || Buffer.byteLength(JSON.stringify(json)) <= MOST_EVENT_BYTES)
      return { json, payloads: [...payloads.values()] };
  }
}

/**
 * The same of one value.
 *
 * @param whole whether a list or an object of many small parts is large too; else only texts are
 */
export function claimValue(value: JsonValue, whole = true): Claimed<JsonValue> {
  const payloads = new Map<string, Payload>();
  return { json: claim(escapeReferences(value), LARGE, payloads, whole), payloads: [...payloads.values()] };
}

/** Whether JSON is stored as it is, by its text. */
export function isSmall(text: string): boolean {
  // A character is three bytes at most: of most texts the length says all.
  return (text.length <= LARGE / 3 || Buffer.byteLength(text) <= LARGE) && !mayHoldReferences(text);
}

function claim(value: JsonValue, large: number, payloads: Map<string, Payload>, whole: boolean): JsonValue {
  if (bytesOf(value) <= large) return value;
  if (typeof value !== 'object' || value === null) return refer(value, payloads);
  const inside = new Map<string, Payload>();
  const parts = Array.isArray(value)
    ? value.map((item) => claim(item, large, inside, whole))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, claim(item, large, inside, whole)]));
  if (whole && bytesOf(parts) > large) return refer(value, payloads);
  for (const [hash, payload] of inside) payloads.set(hash, payload);
  return parts;
}

/** Of JSON in UTF-8. */
function bytesOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function refer(value: JsonValue, payloads: Map<string, Payload>): JsonObject {
  const { reference, hash, bytes, text } = referTo(value);
  payloads.set(hash, { hash, bytes, text });
  return reference;
}
