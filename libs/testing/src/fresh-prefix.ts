import { randomBytes } from 'node:crypto';

/** A subject prefix that nobody else uses: one bus for many tests. One token of letters and digits. */
export function freshPrefix(name = 'test'): string {
  return `${name}_${randomBytes(6).toString('hex')}`;
}
