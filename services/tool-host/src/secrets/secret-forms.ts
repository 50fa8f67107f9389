/** Shorter values would blot out half of a text. What `secrets set` takes is longer anyhow. */
export const MIN_LENGTH = 6;

/**
 * The forms in which a value may come back: as it is, as a part of JSON, of an address, of HTML, in base64 wherever in a longer text it
 * stands, in hexadecimal. None is shorter than `MIN_LENGTH`; the longest first. Pure.
 */
export function formsOf(value: string): string[] {
  const forms = partsOf(value).flatMap((part) => [
    part,
    ...inJson(part),
    ...inAddress(part),
    ...inHtml(part),
    ...inBase64(part),
    ...inHex(part),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
}

/** "Bearer abc" is as secret as "abc", and of an address with a password in it the password is. */
function partsOf(value: string): string[] {
  const trimmed = value.trim();
  const password = URL.canParse(trimmed) ? new URL(trimmed).password : '';
  const parts = [value, trimmed, trimmed.split(' ').at(-1) ?? '', password, decoded(password)];
  return [...new Set(parts)].filter((part) => part.length >= MIN_LENGTH);
}

function inJson(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  const ascii = once.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // JSON that stands in JSON as a text is escaped twice.
  const twice = JSON.stringify(once).slice(1, -1);
  return [once, once.replaceAll('/', '\\/'), ascii, twice];
}

function inAddress(text: string): string[] {
  const whole = Buffer.from(text).toString();
  const plain = encodeURIComponent(whole);
  const strict = plain.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', whole]]).toString().slice(1);
  const lower = (encoded: string) => encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [plain, strict, form, encodeURI(whole)].flatMap((encoded) => [encoded, lower(encoded)]);
}

function inHtml(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  return [escaped, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&#x27;')];
}

/** RFC 4648, 4 and 5. Three bytes are four letters, so the same bytes have three forms; letters that their neighbours decide are left out. */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const length = before + bytes.length;
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const begin = before === 0 ? 0 : before + 1;
    const end = Math.floor((length * 8) / 6);
    const standard = encoded.slice(begin, end);
    return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function inHex(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  return [hex, hex.toUpperCase()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No encoded text: it is looked for as it is.
    return '';
  }
}
