import { setTimeout as wait } from 'node:timers/promises';
import { completeModel } from '../client/call-model.js';
import { Connection } from '../client/connection.js';
import { Deadline } from '../client/deadline.js';
import { redactError, redactor } from '../client/redact.js';
import type { JsonValue } from '../json.js';
import { parseJson } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { Backend } from '../profile/backend.js';
import type { Usage } from '../usage.js';
import { addUsage, NO_USAGE } from '../usage.js';
import { wireApi } from '../wire/wire-apis.js';
import type { Observation } from './experiment.js';
import { BodyRecorder } from './recorded-body.js';

/** A probe does not sit out a long wait: what is known by then is worth more. In milliseconds. */
const MAX_WAIT_MS = 20_000;
const MAX_WAITS = 3;
/** The longest list of models, OpenRouter's, has about a megabyte. */
const LIST_BYTES = 8 * 1_024 * 1_024;

export interface ProbeClientOptions {
  apiKey: string | undefined;
  fetch: typeof fetch;
  signal: AbortSignal;
  maxRequests: number;
  /** For each request, in milliseconds. */
  requestMs: number;
}

/** What a list of models or a page of facts said: its JSON, or why there is none. */
export interface Fetched {
  number: number;
  status: number;
  data: JsonValue | undefined;
  isWebPage: boolean;
  /** Where a redirect leads to. */
  location?: string;
}

/** Thrown where the last request was used up. No failure: what is known by then stands. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** Sends requests, counts each of them, and stops at the number that was allowed. */
export class ProbeClient {
  requests = 0;
  usage: Usage = NO_USAGE;
  private waits = 0;
  readonly redact: (text: string) => string;

  constructor(private readonly options: ProbeClientOptions) {
    this.redact = redactor([options.apiKey]);
  }

  get left(): number {
    return this.options.maxRequests - this.requests;
  }

  /** Asks for one turn. What the endpoint refuses is an observation; @throws BudgetSpent, and ModelError where there is no going on. */
  async ask(backend: Backend, sent: ModelRequest, patient = true): Promise<Observation> {
    for (;;) {
      const recorder = new BodyRecorder(this.counted);
      try {
        const { requestMs, apiKey, signal } = this.options;
        const response = await completeModel(backend, sent, {
          apiKey,
          signal,
          fetch: recorder.fetch,
          timeouts: { firstByteMs: requestMs, idleMs: requestMs, totalMs: requestMs },
        });
        this.usage = addUsage(this.usage, response.usage);
        // As the client decides; lines of JSON are called `x-ndjson`.
        const streamed = !/\bjson\b/iu.test(recorder.contentType);
        return { ok: true, number: this.requests, sent, response, raw: recorder.body(), streamed };
      } catch (error) {
        if (this.isSpent(error)) throw new BudgetSpent('the requests are used up');
        if (!ModelError.is(error)) throw error;
        if (!patient || !(await this.waited(error))) return { ok: false, number: this.requests, sent, error };
      }
    }
  }

  /** Gets (or, with a body, posts for) JSON. Never throws for what the answer is; ModelError where none comes. */
  async json(url: URL, headers: Record<string, string>, body?: object): Promise<Fetched> {
    const { requestMs, signal } = this.options;
    const deadline = new Deadline('probe', signal);
    const connection = new Connection(url.host, deadline, requestMs);
    try {
      deadline.total(requestMs);
      const response = await connection.open(this.counted, url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await connection.text(response, LIST_BYTES);
      const location = response.headers.get('location');
      return {
        number: this.requests,
        status: response.status,
        data: parseJson(text),
        isWebPage: response.ok && /\bhtml\b/iu.test(response.headers.get('content-type') ?? ''),
        ...(response.status >= 300 && response.status < 400 && location !== null ? { location } : {}),
      };
    } catch (error) {
      if (this.isSpent(error)) throw new BudgetSpent('the requests are used up');
      const failure = deadline.reason ?? error;
      throw ModelError.is(failure) ? redactError(failure, this.redact) : failure;
    } finally {
      deadline.close();
    }
  }

  /** The key in the headers of a wire API; a signature (Bedrock) belongs to one request and is not made here. */
  keyHeaders(backend: Pick<Backend, 'api'>, url: URL): Record<string, string> {
    const { apiKey } = this.options;
    if (apiKey === undefined || backend.api === 'bedrock') return {};
    return wireApi(backend.api).authHeaders(apiKey, { url, headers: {}, body: '' });
  }

  private spent = false;

  /** Every request passes here, so that none is forgotten. */
  private readonly counted: typeof fetch = async (input, init) => {
    if (this.left <= 0) {
      this.spent = true;
      throw new BudgetSpent('the requests are used up');
    }
    this.requests += 1;
    return this.options.fetch(input, init);
  };

  /** The client of a model makes a failure of the network of whatever `fetch` throws. */
  private isSpent(error: unknown): boolean {
    return this.spent || error instanceof BudgetSpent;
  }

  /** Waits as long as the endpoint asks for, where that is bearable. */
  private async waited(error: ModelError): Promise<boolean> {
    const busy = error.kind === 'rate_limited' || error.kind === 'overloaded';
    if (!busy || this.waits >= MAX_WAITS || this.left <= 0) return false;
    const ms = error.retryAfterMs ?? 2_000;
    if (ms > MAX_WAIT_MS) return false;
    this.waits += 1;
    // The signal that ends the wait ends the request that follows, with its reason.
    await wait(ms, undefined, { signal: this.options.signal }).catch(() => undefined);
    return true;
  }
}
