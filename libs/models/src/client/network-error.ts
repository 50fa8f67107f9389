import { ModelError } from '../model-error.js';

/** What the operating system and Node's fetch call it, and what it means. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Is the server running?',
  ENOTFOUND: 'the host name is not known. Is the base URL right, and is there a network?',
  EAI_AGAIN: 'the host name could not be looked up. Is there a network?',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
  UND_ERR_SOCKET: 'the connection was broken off',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
};

/** An error of the network as a coded one. `answering` tells whether the endpoint had begun to answer. */
export function networkError(error: unknown, backendName: string, url: string, answering: boolean): ModelError {
  const code = errorCode(error);
  const detail = MEANINGS[code] ?? rootMessage(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new ModelError({ kind: 'timeout', message: `Backend ${backendName} fell silent (${code}).`, cause: error });
  }
  if (answering) {
    return new ModelError({
      kind: 'broken_stream',
      message: `Backend ${backendName} cut its answer off: ${detail}. Try again.`,
      cause: error,
    });
  }
  const wrongRequest =
    code === 'ERR_INVALID_URL' || code === 'ERR_INVALID_CHAR' || /invalid header value/i.test(detail);
  return new ModelError({
    kind: wrongRequest ? 'bad_request' : 'unavailable',
    code: wrongRequest ? 'model.bad_request' : 'model.unreachable',
    message: `Backend ${backendName} cannot be reached at ${url}: ${detail}`,
    cause: error,
  });
}

/** Errors of fetch may come from another realm (a sandbox, a test runner), so their class says nothing. */
interface ErrorLike {
  message: string;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}

function errorCode(error: unknown, depth = 0): string {
  if (!isErrorLike(error) || depth > 4) return '';
  if (typeof error.code === 'string') return error.code;
  // A name with several addresses fails with one error for each.
  const first: unknown = Array.isArray(error.errors) ? error.errors[0] : undefined;
  return errorCode(first ?? error.cause, depth + 1);
}

function rootMessage(error: unknown): string {
  if (!isErrorLike(error)) return String(error);
  return isErrorLike(error.cause) ? rootMessage(error.cause) : error.message;
}
