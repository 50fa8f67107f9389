import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** Escapes of what jsonb cannot hold: NUL, and halves of surrogate pairs. A hit may be a false alarm: `\\u0000` as text. */
const SUSPICIOUS = /\\u0000|\\ud[89a-f]/i;
const UNSTORABLE = /\u0000|\p{Surrogate}/gu;
/** U+FFFD, the character that says that there was something else. */
const REPLACEMENT = '\uFFFD';

/**
 * JSON that Postgres can hold: NUL characters and lone surrogates become U+FFFD, in keys too. A model or a tool may
 * write them, and a run must not be lost over one; nothing else is changed. Gives the object itself when it is clean.
 */
export function cleanJson(json: JsonObject, text: string = JSON.stringify(json)): JsonObject {
  return isSuspicious(text) ? cleanObject(json) : json;
}

/** The JSON text of a value that is plain JSON, clean in the same way. */
export function cleanJsonText(value: object): string {
  const text = JSON.stringify(value);
  return isSuspicious(text) ? JSON.stringify(cleanObject(JSON.parse(text) as JsonObject)) : text;
}

/** Almost no text has an escape of this form at all, and that is found out much faster. */
function isSuspicious(text: string): boolean {
  return text.includes('\\u') && SUSPICIOUS.test(text);
}

export function cleanText(text: string): string {
  return text.replace(UNSTORABLE, REPLACEMENT);
}

function cleanObject(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [cleanText(key), cleanValue(value)]));
}

function cleanValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  return typeof value === 'object' && value !== null ? cleanObject(value) : value;
}
