import type { JsonValue } from '@switchyard/contracts';
import { cleanText } from '@switchyard/journal';
import type { Problem } from './schema-problems.js';

/** Every text in a document that Postgres cannot hold as it is: NUL characters and halves of surrogate pairs. */
export function unstorable(value: JsonValue, path = ''): Problem[] {
  if (typeof value === 'string') {
    return cleanText(value) === value
      ? []
      : [{ path: path || '(root)', reason: 'has a NUL character or half of a surrogate pair' }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => unstorable(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unstorable(item, path === '' ? key : `${path}.${key}`));
}
