import { createHash } from 'node:crypto';
import type { JsonValue } from '@bufbuild/protobuf';

/** JSON with sorted keys and no blanks: equal values give equal text, so that content can be addressed by its hash. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${members.join(',')}}`;
}

/** "sha256:" and 64 hexadecimal digits over the canonical JSON. */
export function contentAddress(value: JsonValue): string {
  return addressOfCanonical(canonicalJson(value));
}

/** The same of JSON that is canonical already. */
export function addressOfCanonical(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
