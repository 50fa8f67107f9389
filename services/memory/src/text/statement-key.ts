import { createHash } from 'node:crypto';

/**
 * What makes two texts the same statement: letters after NFKC, lower case, white space collapsed, invisible formatting
 * and the closing full stops gone. A question mark stays, for a question is not the statement.
 *
 * @returns 64 hex digits (SHA-256).
 */
export function statementKey(text: string): string {
  const normal = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!。！…\s]+$/u, '');
  // A text of full stops alone is told apart as it stands.
  return createHash('sha256')
    .update(normal === '' ? text : normal)
    .digest('hex');
}
