import type { JsonValue } from '../json.js';

/**
 * Why nobody knows what arguments mean although they are JSON; undefined where they are certain. `text` is what they were
 * parsed from.
 */
export function doubtOf(text: string, value: JsonValue): string | undefined {
  const key = repeatedKey(text);
  if (key !== undefined) {
    return `The arguments have the key ${JSON.stringify(key.slice(0, 100))} twice, so that nobody knows which is meant. Send the call again.`;
  }
  const number = MANY_DIGITS.test(text) ? inexactInteger(value) : undefined;
  if (number === undefined) return undefined;
  return `The arguments hold ${number}, and digits of whole numbers beyond ${Number.MAX_SAFE_INTEGER} get lost. Send a smaller number, or a string where the tool takes one.`;
}

/** What is written shorter, or with an exponent, is meant as the number that it becomes. */
const MANY_DIGITS = /\d{16}/;

/** A whole number that JSON does not carry exactly from one reader to the next (RFC 7493, section 2.2). */
function inexactInteger(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const member of Object.values(value)) {
    const found = inexactInteger(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A key that an object has twice. Parsers differ in which they take (RFC 8259, section 4). The text must be JSON. */
export function repeatedKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push(new Set());
        atKey = true;
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        atKey = false;
        break;
      case ',':
        atKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(json, at);
        const keys = open.at(-1);
        if (atKey && keys !== undefined) {
          const key = String(JSON.parse(json.slice(at, end + 1)));
          if (keys.has(key)) return key;
          keys.add(key);
        }
        atKey = false;
        at = end;
        break;
      }
    }
  }
  return undefined;
}

/** The place of the quote that ends the string which begins here. */
function endOfString(json: string, from: number): number {
  for (let at = from + 1; ; at++) {
    at = json.indexOf('"', at);
    if (at < 0) return json.length;
    let backslashes = 0;
    while (json[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}
