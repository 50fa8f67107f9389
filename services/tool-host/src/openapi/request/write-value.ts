import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Writing } from '../operation.js';

/** Percent-encodes one piece of a value. */
type Encode = (text: string) => string;

/** A name and a value of a query or form, both encoded. */
export type EncodedPair = readonly [name: string, value: string];

/** Objects in objects in a query: further down than any API reads. */
const MAX_LEVELS = 8;

/** RFC 3986, unreserved characters alone: what `encodeURIComponent` leaves as they are beyond these has a meaning in some styles. */
export function encodeStrict(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Leaves what has a meaning in an address, but for what would end the value: `&`, `#`, and "+", which would become a blank. */
function encodeReserved(text: string): string {
  return encodeURI(wellFormed(text)).replace(/[&#+]/g, encodeURIComponent);
}

/** Without lone surrogates, which cannot be encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Any value as the text that it is in an address or a header: what is no scalar, as JSON. */
export function scalarText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The value of a parameter of a path (OpenAPI 3.1, Style Values: simple, label, matrix), encoded; '' where it has none.
 */
export function writePathValue(name: string, value: JsonValue, { style, explode }: Writing): string {
  const pieces = piecesOf(value, explode, encodeStrict);
  if (pieces.length === 0) return '';
  switch (style) {
    case 'label':
      return `.${pieces.join(explode ? '.' : ',')}`;
    case 'matrix':
      if (!explode) return `;${encodeStrict(name)}=${pieces.join(',')}`;
      return pieces.map((piece) => `;${isMap(value) ? piece : `${encodeStrict(name)}=${piece}`}`).join('');
    default:
      return pieces.join(',');
  }
}

/** The value of a header (style simple), as it is. */
export function writeHeaderValue(value: JsonValue, { explode }: Writing): string {
  return piecesOf(value, explode, (text) => text).join(',');
}

/** A parameter of a query, or a property of a form, as pairs: form, spaceDelimited, pipeDelimited, deepObject. */
export function writePairs(name: string, value: JsonValue, writing: Writing): EncodedPair[] {
  const encode = writing.allowReserved ? encodeReserved : encodeStrict;
  const key = encodeStrict(name);
  if (writing.style === 'deepObject') return deepPairs(key, value, encode, 0);
  if (Array.isArray(value)) {
    const items = value.map((item) => encode(scalarText(item)));
    if (writing.explode) return items.map((item) => [key, item]);
    return items.length === 0 ? [] : [[key, items.join(separatorOf(writing))]];
  }
  if (isMap(value)) {
    const entries = Object.entries(value).map(
      ([member, item]) => [encodeStrict(member), encode(scalarText(item))] as const,
    );
    if (writing.explode) return entries;
    return entries.length === 0 ? [] : [[key, entries.flat().join(separatorOf(writing))]];
  }
  return [[key, encode(scalarText(value))]];
}

function separatorOf({ style }: Writing): string {
  if (style === 'spaceDelimited') return '%20';
  return style === 'pipeDelimited' ? '%7C' : ',';
}

/** `filter[colour]=red`, further down as well; lists as `filter[sizes][]=1`, as most servers read them. */
function deepPairs(key: string, value: JsonValue, encode: Encode, level: number): EncodedPair[] {
  if (level >= MAX_LEVELS) return [[key, encode(scalarText(value))]];
  if (Array.isArray(value)) return value.flatMap((item) => deepPairs(`${key}[]`, item, encode, level + 1));
  if (!isMap(value)) return [[key, encode(scalarText(value))]];
  return Object.entries(value).flatMap(([member, item]) =>
    deepPairs(`${key}[${encodeStrict(member)}]`, item, encode, level + 1),
  );
}

function piecesOf(value: JsonValue, explode: boolean, encode: Encode): string[] {
  if (Array.isArray(value)) return value.map((item) => encode(scalarText(item)));
  if (!isMap(value)) return [encode(scalarText(value))];
  return Object.entries(value).flatMap(([member, item]) => {
    const [name, text] = [encode(member), encode(scalarText(item))];
    return explode ? [`${name}=${text}`] : [name, text];
  });
}

function isMap(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
