/** Shorter values would blot out half the text, and are no secrets. */
const MIN_LENGTH = 6;

/** A text without the secrets that somebody may have put in it, the longest first: one may be part of another. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text);
}
