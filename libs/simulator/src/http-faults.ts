import type { Fault } from './options.js';
import type { ServerWire } from './wires/wire.js';

/** An HTTP failure in a wire's own words. */
export interface HttpFault {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

/** What a fault answers instead of an answer; undefined if it lets the answer begin. */
export function httpFault(
  fault: Fault | undefined,
  wire: ServerWire,
  inputTokens: number,
  window: number,
): HttpFault | undefined {
  const fail = (status: number, type: string, message: string, code: string | null = null): HttpFault => ({
    status,
    body: wire.error(status, type, message, code),
    headers: {},
  });
  const retryAfterMs = fault?.retryAfterMs ?? 1_000;
  const retryHeaders = {
    'retry-after': String(Math.ceil(retryAfterMs / 1_000)),
    'retry-after-ms': String(retryAfterMs),
  };
  const anthropic = wire.path === '/v1/messages';
  switch (fault?.fault) {
    case '401':
      return anthropic
        ? fail(401, 'authentication_error', 'invalid x-api-key')
        : fail(401, 'invalid_request_error', 'Incorrect API key provided: simulated.', 'invalid_api_key');
    case '404':
      return anthropic
        ? fail(404, 'not_found_error', 'model: simulated')
        : fail(
            404,
            'invalid_request_error',
            'The model `simulated` does not exist or you do not have access to it.',
            'model_not_found',
          );
    case '429':
      return {
        ...(anthropic
          ? fail(429, 'rate_limit_error', "This request would exceed your organization's rate limit.")
          : fail(429, 'requests', 'Rate limit reached for switchyard-simulator.', 'rate_limit_exceeded')),
        headers: retryHeaders,
      };
    case '500':
      return fail(
        500,
        anthropic ? 'api_error' : 'server_error',
        'The server had an error while processing your request.',
      );
    case '503':
      return {
        ...fail(503, anthropic ? 'api_error' : 'server_error', 'The engine is currently overloaded.'),
        headers: retryHeaders,
      };
    case '529':
      return { ...fail(529, 'overloaded_error', 'Overloaded'), headers: retryHeaders };
    case 'overflow': {
      const { type, message, code } = wire.overflow(Math.max(inputTokens, window + 1), window);
      return fail(400, type, message, code);
    }
    default:
      break;
  }
  if (inputTokens > window) {
    const { type, message, code } = wire.overflow(inputTokens, window);
    return fail(400, type, message, code);
  }
  return undefined;
}
