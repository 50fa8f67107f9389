import type { ModelRequest } from '../model-request.js';
import type { ModelEvent, ModelResponse } from '../model-response.js';
import type { Backend } from '../profile/backend.js';

/** All in milliseconds; 0 means no limit. */
export interface CallTimeouts {
  /** Until the endpoint's first byte. Default 120,000. */
  firstByteMs?: number;
  /** Between two bytes. Default 120,000. */
  idleMs?: number;
  /** For the whole call. Default 900,000. */
  totalMs?: number;
}

export interface CallOptions {
  apiKey?: string | undefined;
  signal?: AbortSignal | undefined;
  timeouts?: CallTimeouts;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Gives each tool call its id. Default: `call_` and a random UUID's digits. */
  mintCallId?: () => string;
  /** Further request headers, e.g. `traceparent`. */
  headers?: Record<string, string>;
}

/**
 * Asks a backend for one turn. Yields deltas as they arrive and the `response` as the last event. Stops the request
 * when the caller stops iterating or aborts. Throws `ModelError`, in which the API key never appears.
 */
export async function* callModel(
  _backend: Backend,
  _request: ModelRequest,
  _options: CallOptions = {},
): AsyncGenerator<ModelEvent, void, undefined> {
  throw new Error('not built yet');
}

/** The same without the deltas: the whole answer. */
export async function completeModel(
  backend: Backend,
  request: ModelRequest,
  options: CallOptions = {},
): Promise<ModelResponse> {
  let response: ModelResponse | undefined;
  for await (const event of callModel(backend, request, options)) {
    if (event.type === 'response') response = event.response;
  }
  if (response === undefined) throw new Error('callModel ended without a response: a defect in the wire adapter');
  return response;
}
