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

/** A part of an event as it is stored, and how much JSON in UTF-8 that is. */
interface Sized {
  json: JsonValue;
  bytes: number;
}

function claim(value: JsonValue, large: number, payloads: Map<string, Payload>, whole: boolean): JsonValue {
  return sized(value, large, payloads, whole).json;
}

/** From the inside to the outside, so that each text is measured once, however deep it stands. */
function sized(value: JsonValue, large: number, payloads: Map<string, Payload>, whole: boolean): Sized {
  if (typeof value !== 'object' || value === null) {
    // JSON is never shorter than its text.
    if (typeof value === 'string' && Buffer.byteLength(value) > large) return refer(value, payloads);
    const bytes = Buffer.byteLength(JSON.stringify(value));
    return bytes <= large ? { json: value, bytes } : refer(value, payloads);
  }
  const inside = new Map<string, Payload>();
  // Brackets, and a comma or a colon for each part.
  let bytes = 2;
  let json: JsonValue;
  if (Array.isArray(value)) {
    json = value.map((item) => {
      const part = sized(item, large, inside, whole);
      bytes += part.bytes + 1;
      return part.json;
    });
  } else {
    json = Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const part = sized(item, large, inside, whole);
        bytes += Buffer.byteLength(JSON.stringify(key)) + part.bytes + 2;
        return [key, part.json];
      }),
    );
  }
  if (whole && bytes > large) return refer(value, payloads);
  for (const [hash, payload] of inside) payloads.set(hash, payload);
  // Nothing in it was large: it stays the object that it is.
  return { json: inside.size === 0 ? value : json, bytes };
}

function refer(value: JsonValue, payloads: Map<string, Payload>): Sized {
  const { reference, hash, bytes, text } = referTo(value);
  payloads.set(hash, { hash, bytes, text });
  return { json: reference, bytes: Buffer.byteLength(JSON.stringify(reference)) };
}
