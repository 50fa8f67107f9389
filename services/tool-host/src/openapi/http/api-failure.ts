import { SwitchyardError } from '@switchyard/contracts';
import { unavailable } from '../../servers/server-failure.js';
import { codeOf, messageOf } from '../../shared/error-text.js';
import { NEVER_SENT } from '../../shared/never-sent.js';
import { OutcomeInDoubt } from '../../tools/outcome-in-doubt.js';

/** What a failed request tells about the call. */
export interface ApiFailure {
  error: SwitchyardError;
  /** The request cannot have reached the API: it may be sent again. */
  notExecuted: boolean;
}

/** OpenSSL's and Node's codes for a certificate that is not trusted: nothing is sent to such a server. */
const CERTIFICATE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(?:VERIFY|GET)_)/;

/** Reads an error of fetch. Where nobody knows whether the API did it, the error is an `OutcomeInDoubt`. */
export function failureOfRequest(server: string, tool: string, error: unknown): ApiFailure {
  const cause = innermost(error);
  // The guard's word, or the platform's own: nothing was sent.
  if (cause instanceof SwitchyardError) return { error: cause, notExecuted: false };
  const code = codeOf(cause);
  const why = messageOf(cause) || code || 'the connection failed';
  if (NEVER_SENT.has(code) || code === 'UND_ERR_INVALID_ARG' || CERTIFICATE.test(code))
    return { error: unavailable(server, why, error), notExecuted: true };
  return {
    error: new OutcomeInDoubt('tool.disconnected', `"${tool}" of ${server} gave no answer: ${why}.`, {
      details: { server, tool },
      cause: error,
    }),
    notExecuted: false,
  };
}

/** fetch hides the system's error in its cause; several addresses that failed are one error with a list. */
function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < 8; depth++) {
    if (inner instanceof SwitchyardError) return inner;
    const next: unknown =
      typeof inner === 'object' && inner !== null && 'cause' in inner && inner.cause ? inner.cause : undefined;
    if (next === undefined) break;
    inner = next;
  }
  return inner instanceof AggregateError && codeOf(inner) === '' ? (inner.errors[0] as unknown) : inner;
}
