import type { Fault, HttpFaultKind } from './options.js';
import type { ServerWire, WireError } from './wires/wire.js';

/** As OpenAI puts it, and most that imitate it. */
const FAILURES: Readonly<Record<HttpFaultKind, WireError>> = {
  '401': {
    status: 401,
    type: 'invalid_request_error',
    message: 'Incorrect API key provided: simulated.',
    code: 'invalid_api_key',
  },
  '404': {
    status: 404,
    type: 'invalid_request_error',
    message: 'The model `simulated` does not exist or you do not have access to it.',
    code: 'model_not_found',
  },
  '429': {
    status: 429,
    type: 'requests',
    message: 'Rate limit reached for switchyard-simulator.',
    code: 'rate_limit_exceeded',
  },
  '500': {
    status: 500,
    type: 'server_error',
    message: 'The server had an error while processing your request.',
    code: null,
  },
  '503': { status: 503, type: 'server_error', message: 'The engine is currently overloaded.', code: null },
  '529': { status: 529, type: 'overloaded_error', message: 'Overloaded', code: null },
};

/** Of these an endpoint says how long to wait. */
const PASSING: ReadonlySet<HttpFaultKind> = new Set(['429', '503', '529']);

/** What a fault answers instead of an answer, in a wire's own words; undefined if it lets the answer begin. */
export function httpFault(
  fault: Fault | undefined,
  wire: ServerWire,
  inputTokens: number,
  window: number,
): WireError | undefined {
  const kind = fault?.fault;
  if (fault !== undefined && isHttpFault(kind)) {
    const failure = wire.failures?.[kind] ?? FAILURES[kind];
    return PASSING.has(kind) ? { ...failure, retryAfterMs: fault.retryAfterMs ?? 1_000 } : failure;
  }
  const tokens = kind === 'overflow' && fault?.window === undefined ? Math.max(inputTokens, window + 1) : inputTokens;
  return tokens > window ? { status: 400, ...wire.overflow(tokens, window) } : undefined;
}

function isHttpFault(kind: Fault['fault'] | undefined): kind is HttpFaultKind {
  return kind !== undefined && kind in FAILURES;
}
