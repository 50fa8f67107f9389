import { createHash, randomBytes } from 'node:crypto';

/** `sy_` and 32 random bytes in base64url. */
export const SECRET = /^sy_[A-Za-z0-9_-]{43}$/;

export function newSecret(random: Uint8Array = randomBytes(32)): string {
  return `sy_${Buffer.from(random).toString('base64url')}`;
}

/**
 * What is stored of a key. A plain SHA-256 is enough, and a slow password hash would add nothing: the secret has 256 random
 * bits, so that nobody can guess it from its hash, however fast the hash is.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
