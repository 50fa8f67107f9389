import { setTimeout as delay } from 'node:timers/promises';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';

export interface HttpOptions {
  /** Base URL of the gateway: `http://127.0.0.1:7400`. */
  url: string;
  /** `sy_…` */
  apiKey: string;
  /** Default: the global fetch. */
  fetch?: typeof fetch;
  /** Attempts of a request that may be made again, the first included. Default 4. */
  attempts?: number;
  /** For one attempt. Default 60,000. */
  timeoutMs?: number;
}

export interface RequestOptions {
  query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  body?: JsonValue;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Whether the same request may be sent twice. Default: GET and DELETE may. */
  repeatable?: boolean;
  timeoutMs?: number;
}

/** The gateway may stand below a path of another server: that stays in front. */
function baseOf(url: string): URL {
  const base = URL.canParse(url) ? new URL(url.replace(/\/*$/, '/')) : undefined;
  if (base?.protocol === 'http:' || base?.protocol === 'https:') return base;
  throw new SwitchyardError(
    'config.invalid',
    `"${url.slice(0, 200)}" is no address of a gateway. Write it as in http://127.0.0.1:7400.`,
  );
}

/** One way to the gateway: adds the key, reads errors, tries again what may be tried again. */
export class Http {
  readonly #fetch: typeof fetch;
  readonly #base: URL;

  /** @throws SwitchyardError `config.invalid` where the URL is none */
  constructor(private readonly options: HttpOptions) {
    this.#fetch = options.fetch ?? fetch;
    this.#base = baseOf(options.url);
  }

  /** @throws SwitchyardError with the gateway's code, or `gateway.unreachable` / `gateway.timeout` (retryable) */
  async json(method: string, path: string, init: RequestOptions = {}): Promise<JsonObject> {
    const repeatable = init.repeatable ?? (method === 'GET' || method === 'DELETE');
    const attempts = repeatable ? (this.options.attempts ?? 4) : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(method, path, init);
      } catch (error) {
        const again =
          error instanceof SwitchyardError && error.retryable && attempt < attempts && !init.signal?.aborted;
        if (!again) throw error;
        await delay(retryAfter(error) ?? 100 * 2 ** attempt, undefined, init.signal ? { signal: init.signal } : {});
      }
    }
  }

  /** The open answer of a request for a stream. */
  async open(path: string, init: RequestOptions = {}): Promise<Response> {
    const response = await this.#send('GET', path, { ...init, timeoutMs: 0 });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** A body of any size, sent as it comes: once, for it cannot be sent again. */
  async upload(path: string, stream: NonNullable<RequestInit['body']>, init: RequestOptions = {}): Promise<JsonObject> {
    const headers = { 'content-type': 'application/gzip', ...init.headers };
    const response = await this.#send('POST', path, { ...init, headers, timeoutMs: 0 }, stream);
    if (!response.ok) throw await refusal(response);
    return (await response.json()) as JsonObject;
  }

  async #once(method: string, path: string, init: RequestOptions): Promise<JsonObject> {
    const response = await this.#send(method, path, init);
    if (!response.ok) throw await refusal(response);
    if (response.status === 204) return {};
    return (await response.json()) as JsonObject;
  }

  async #send(
    method: string,
    path: string,
    init: RequestOptions,
    stream?: NonNullable<RequestInit['body']>,
  ): Promise<Response> {
    const url = new URL(path.replace(/^\//, ''), this.#base);
    for (const [name, value] of Object.entries(init.query ?? {}))
      for (const each of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(each));
    const timeoutMs = init.timeoutMs ?? this.options.timeoutMs ?? 60_000;
    const signals = [...(init.signal ? [init.signal] : []), ...(timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [])];
    try {
      return await this.#fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${this.options.apiKey}`,
          accept: 'application/json',
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
        // Without "half" fetch takes no stream: https://fetch.spec.whatwg.org/#dom-requestinit-duplex
        ...(stream === undefined ? {} : { body: stream, duplex: 'half' }),
        signal: AbortSignal.any(signals),
      });
    } catch (cause) {
      throw this.#unreachable(cause, init.signal, timeoutMs);
    }
  }

  #unreachable(cause: unknown, signal: AbortSignal | undefined, timeoutMs: number): unknown {
    if (signal?.aborted) return signal.reason;
    if (cause instanceof DOMException && cause.name === 'TimeoutError') {
      return new SwitchyardError(
        'gateway.timeout',
        `The gateway at ${this.options.url} did not answer within ${timeoutMs / 1000} s.`,
        {
          retryable: true,
          cause,
        },
      );
    }
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    return new SwitchyardError(
      'gateway.unreachable',
      `Cannot reach the gateway at ${this.options.url}: ${reason}. Is the system running? \`npm start\` starts one here.`,
      { retryable: true, cause },
    );
  }
}

/** What the gateway said, as an error with its code; what somebody else in between said, as `gateway.unexpected`. */
async function refusal(response: Response): Promise<SwitchyardError> {
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const text = await response.text();
  const error = parseError(text);
  const code = typeof error?.['code'] === 'string' ? error['code'] : 'gateway.unexpected';
  const message =
    typeof error?.['message'] === 'string'
      ? error['message']
      : `The gateway answered ${response.status}: ${text.slice(0, 200)}`;
  const details = { ...(isObject(error?.['details']) ? error['details'] : {}), status: response.status };
  return new SwitchyardError(code, message, {
    retryable: error ? error['retryable'] === true : response.status >= 500,
    details: Number.isFinite(retryAfterSeconds) ? { ...details, retry_after_ms: retryAfterSeconds * 1_000 } : details,
  });
}

function parseError(text: string): JsonObject | undefined {
  try {
    const body = JSON.parse(text) as JsonValue;
    return isObject(body) && isObject(body['error']) ? body['error'] : undefined;
  } catch {
    // Not JSON: something in between answered; the caller quotes it.
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function retryAfter(error: SwitchyardError): number | undefined {
  const ms = error.details['retry_after_ms'];
  return typeof ms === 'number' ? Math.min(ms, 30_000) : undefined;
}
