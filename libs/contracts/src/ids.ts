import { randomBytes } from 'node:crypto';

/** Crockford's base 32, lower case: no letter that reads like another. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdKind =
  'run' | 'task' | 'call' | 'mem' | 'act' | 'eval' | 'fb' | 'key' | 'input' | 'rollout' | 'cert' | 'drift' | 'swap';

/** `<kind>_` and 26 characters that sort by time: 48 bits of milliseconds, 80 random bits (the shape of a ULID). */
export function newId(kind: IdKind, now: number = Date.now(), random: Uint8Array = randomBytes(10)): string {
  return `${kind}_${encodeNumber(BigInt(now), 10)}${encodeNumber(toBigInt(random), 16)}`;
}

function encodeNumber(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = (ALPHABET[Number(rest & 31n)] ?? '') + text;
  return text;
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
