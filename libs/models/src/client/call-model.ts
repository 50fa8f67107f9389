import { randomUUID } from 'node:crypto';
import { silentOverflow } from '../fitting/silent-overflow.js';
import { parseJson } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelEvent, ModelResponse } from '../model-response.js';
import type { Backend } from '../profile/backend.js';
import { requestInMode } from '../text-mode/request-in-mode.js';
import { createAnswerReader } from '../wire/output-reader.js';
import { isStreamed } from '../wire/settings.js';
import { SseDecoder } from '../wire/sse.js';
import type { AnswerReader, WireApi } from '../wire/wire-api.js';
import { wireApi } from '../wire/wire-apis.js';
import { AnswerSize } from './answer-size.js';
import { Connection } from './connection.js';
import { Deadline } from './deadline.js';
import { redactError, redactor } from './redact.js';

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

export const DEFAULT_TIMEOUTS = { firstByteMs: 120_000, idleMs: 120_000, totalMs: 900_000 };

/** How much of a failure's body is read: providers explain themselves in less. */
const ERROR_BODY_BYTES = 65_536;

/**
 * Asks a backend for one turn. Yields deltas as they arrive and the `response` as the last event. Stops the request
 * when the caller stops iterating or aborts. Throws `ModelError`, in which the API key never appears.
 */
export async function* callModel(
  backend: Backend,
  request: ModelRequest,
  options: CallOptions = {},
): AsyncGenerator<ModelEvent, void, undefined> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const deadline = new Deadline(backend.name, options.signal);
  const connection = new Connection(backend.name, deadline, timeouts.idleMs);
  let hasEnded = false;
  try {
    const wire = wireApi(backend.api);
    deadline.total(timeouts.totalMs);
    deadline.await('first_byte', timeouts.firstByteMs);
    const response = await send(backend, request, wire, options, connection);
    const mintCallId = options.mintCallId ?? randomCallId;
    const reader = createAnswerReader(wire, { target: backend, request, mintCallId });
    const size = new AnswerSize(backend.name);
    for await (const event of readAnswer(response, wire, reader, connection)) {
      size.add(event);
      if (event.type === 'response') {
        hasEnded = true;
        refuseSilentOverflow(event.response, request, backend);
      }
      yield event;
    }
  } catch (error) {
    const failure = deadline.reason ?? error;
    // What is not about the model is a defect of ours: it keeps its stack and its name.
    if (!ModelError.is(failure)) throw failure;
    throw redactError(failure, redactor([options.apiKey, passwordOf(backend.baseUrl)]));
  } finally {
    deadline.close(hasEnded);
  }
}

/** The answer to a prompt that was cut is nobody's answer. @throws ModelError `model.overflow.silent` */
function refuseSilentOverflow(response: ModelResponse, request: ModelRequest, backend: Backend): void {
  const overflow = silentOverflow(response, request, backend);
  if (overflow !== undefined) throw overflow;
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

async function send(
  backend: Backend,
  request: ModelRequest,
  wire: WireApi,
  options: CallOptions,
  connection: Connection,
): Promise<Response> {
  const key = options.apiKey === '' ? undefined : options.apiKey;
  if (backend.apiKeyEnv !== undefined && key === undefined) {
    throw new ModelError({
      kind: 'auth',
      code: 'model.key_missing',
      message: `Backend ${backend.name} needs an API key: set ${backend.apiKeyEnv}.`,
    });
  }
  const { path, headers, body } = wire.render(requestInMode(request, backend), backend);
  const { url, authorization } = endpoint(backend, path);
  const text = JSON.stringify(body);
  const unsigned = {
    'content-type': 'application/json',
    accept: isStreamed(request, backend.profile) ? 'text/event-stream, application/json' : 'application/json',
    ...authorization,
    ...options.headers,
    ...headers,
  };
  const response = await connection.open(options.fetch ?? fetch, url, {
    method: 'POST',
    headers: {
      ...unsigned,
      ...(key === undefined ? {} : wire.authHeaders(key, { url, headers: unsigned, body: text })),
    },
    body: text,
    // Following a redirect would carry the key to whoever is named there.
    redirect: 'manual',
  });
  if (response.ok && isWebPage(response)) {
    await connection.text(response, 0);
    throw webPage(backend);
  }
  if (response.ok) return response;
  const moved = response.status >= 300 && response.status < 400;
  const said = moved
    ? `The endpoint has moved to ${response.headers.get('location') ?? 'an unnamed place'}: change the base URL.`
    : await connection.text(response, ERROR_BODY_BYTES);
  throw wire.classifyError({ status: response.status, headers: response.headers, text: said }, backend);
}

async function* readAnswer(
  response: Response,
  wire: WireApi,
  reader: AnswerReader,
  connection: Connection,
): AsyncGenerator<ModelEvent> {
  if (isWholeJson(response)) {
    const text = await connection.text(response);
    yield* reader.push({ data: parseJson(text), text });
  } else {
    const decoder = wire.createDecoder?.() ?? new SseDecoder();
    for await (const bytes of connection.bytes(response)) {
      for (const event of decoder.push(bytes)) {
        connection.eventRead();
        yield* reader.push(event);
      }
    }
    for (const event of decoder.end()) yield* reader.push(event);
  }
  yield* reader.end();
}

/** Some endpoints ignore `stream: true`, so their word counts and not what was asked for. */
function isWholeJson(response: Response): boolean {
  return /\bjson\b/i.test(response.headers.get('content-type') ?? '');
}

/** What a wrong base URL, or a proxy in between, answers with. */
function isWebPage(response: Response): boolean {
  return /\bhtml\b/i.test(response.headers.get('content-type') ?? '');
}

function webPage(backend: Backend): ModelError {
  return new ModelError({
    kind: 'malformed',
    message: `Backend ${backend.name} answered with a web page, not as a model does: check its base URL, ${backend.baseUrl}.`,
  });
}

/** Where to send, and the base URL's own user and password as a header: fetch takes no URL that holds them. */
function endpoint(backend: Backend, path: string): { url: URL; authorization: Record<string, string> } {
  let url: URL;
  try {
    url = new URL(backend.baseUrl);
  } catch (cause) {
    throw new ModelError({
      kind: 'bad_request',
      message: `The base URL of backend ${backend.name} is not a URL.`,
      cause,
    });
  }
  const { username, password } = url;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  url.username = '';
  url.password = '';
  const [below = '', query = ''] = path.split('?', 2);
  url.pathname = url.pathname.replace(/\/+$/, '') + below;
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  const authorization = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return { url, authorization: username === '' ? {} : authorization };
}

export function randomCallId(): string {
  return `call_${randomUUID().replaceAll('-', '').slice(0, 26)}`;
}

function passwordOf(baseUrl: string): string | undefined {
  return URL.canParse(baseUrl) ? new URL(baseUrl).password : undefined;
}
