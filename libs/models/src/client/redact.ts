import { ModelError } from '../model-error.js';

/** Keys as the large providers shape them; an error text may quote another key than the one that was sent. */
const KEY_SHAPES = /\b(sk|pk|gsk|xai|key|AIza)[-_]?[A-Za-z0-9_-]{16,}/g;

/** Makes a function that takes secrets out of texts, whole and by their parts (`ACCESS_KEY_ID:SECRET:SESSION_TOKEN`). */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets
    .filter((secret): secret is string => secret !== undefined && secret.length >= 4)
    .flatMap((secret) => [secret, ...secret.split(':').filter((part) => part.length >= 16)]);
  return (text) =>
    known.reduce((result, secret) => result.replaceAll(secret, '[redacted]'), text).replace(KEY_SHAPES, '[redacted]');
}

/** The same error without secrets. The cause is reduced to its name, message and code: fetch quotes headers in its errors. */
export function redactError(error: ModelError, redact: (text: string) => string): ModelError {
  const { kind, code, retryable, retryAfterMs, status, limits, cause } = error;
  return new ModelError({
    kind,
    code,
    retryable,
    retryAfterMs,
    status,
    limits,
    message: redact(error.message),
    ...(cause === undefined ? {} : { cause: redactCause(cause, redact) }),
  });
}

function redactCause(cause: unknown, redact: (text: string) => string, depth = 0): Error {
  if (typeof cause !== 'object' || cause === null || !('message' in cause)) return new Error(redact(String(cause)));
  const inner = 'cause' in cause && depth < 3 ? cause.cause : undefined;
  const safe = new Error(
    redact(String(cause.message)),
    inner === undefined ? undefined : { cause: redactCause(inner, redact, depth + 1) },
  );
  if ('name' in cause && typeof cause.name === 'string') safe.name = cause.name;
  return 'code' in cause && typeof cause.code === 'string' ? Object.assign(safe, { code: cause.code }) : safe;
}
