import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { addressOfCanonical, canonicalJson } from './content-address.js';

/**
 * What stands for a value that is too large for a message:
 * `{"$payload": {"hash": "sha256:…", "bytes": 300000, "preview": "its beginning"}}`. The value itself is had by its hash.
 */
export interface PayloadReference {
  hash: string;
  /** Of the value as JSON in UTF-8. */
  bytes: number;
  /** Its first characters, or those of its JSON. */
  preview: string;
}

const KEY = '$payload';
const PREVIEW_CHARACTERS = 200;
const ESCAPED = /^\$\$+payload$/;
const TO_ESCAPE = /^\$+payload$/;

/** The reference that a value is; undefined where it is none. */
export function payloadReference(value: JsonValue | undefined): PayloadReference | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const reference = value[KEY];
  if (typeof reference !== 'object' || reference === null || Array.isArray(reference)) return undefined;
  const { hash, bytes, preview } = reference;
  if (typeof hash !== 'string' || typeof bytes !== 'number' || typeof preview !== 'string') return undefined;
  return { hash, bytes, preview };
}

/** What stands for a value, and the value's canonical JSON text, which is what the hash is of. */
export function referTo(value: JsonValue): { reference: JsonObject; hash: string; bytes: number; text: string } {
  const text = canonicalJson(value);
  const hash = addressOfCanonical(text);
  const bytes = Buffer.byteLength(text);
  const shown = typeof value === 'string' ? value : text;
  // Half a surrogate pair is no text.
  const preview = shown.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
  return { reference: { [KEY]: { hash, bytes, preview } }, hash, bytes, text };
}

/** Whether JSON text may hold a reference, or something that looks like one. */
export function mayHoldReferences(text: string): boolean {
  return text.includes(`${KEY}"`);
}

/** A value in which nothing looks like a reference: whatever a model or a tool wrote, only the store's own references count. */
export function escapeReferences(value: JsonValue): JsonValue {
  return renamed(value, (key) => (TO_ESCAPE.test(key) ? `$${key}` : key));
}

/** The way back. */
export function unescapeReferences(value: JsonValue): JsonValue {
  return renamed(value, (key) => (ESCAPED.test(key) ? key.slice(1) : key));
}

function renamed(value: JsonValue, rename: (key: string) => string): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
