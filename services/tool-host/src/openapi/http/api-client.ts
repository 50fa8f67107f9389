import { fetch, type BodyInit, type Response } from 'undici';
import { SwitchyardError } from '@switchyard/contracts';
import { shown, type FetchGuard } from '../../builtin/fetch/guarded-target.js';
import { readLimited } from '../../shared/read-limited.js';
import { MAX_REDIRECTS, redirectOf } from '../../shared/redirects.js';
import { OriginAgents } from './origin-agents.js';

/** What of an answer is read, after decompression: a small answer may unpack to a huge one. */
export const MAX_ANSWER_BYTES = 8 * 1_024 * 1_024;

export interface ApiExchange {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Headers that are for this origin alone: credentials, cookies, and whatever a caller filled in. */
  ownHeaders: Readonly<Record<string, string>>;
  body?: BodyInit;
  /** Sent on a connection of its own. */
  fresh: boolean;
  signal: AbortSignal;
  maxBytes?: number;
}

export interface ApiAnswer {
  /** After redirects. */
  url: URL;
  status: number;
  statusText: string;
  headers: Pick<Response['headers'], 'get'>;
  body: Buffer;
  /** There was more than the limit. */
  cut: boolean;
}

/** Sends requests to one API, through the guard of addresses. */
export class ApiClient {
  private readonly agents: OriginAgents;

  constructor(guard: FetchGuard) {
    this.agents = new OriginAgents(guard);
  }

  close(): Promise<void> {
    return this.agents.close();
  }

  /**
   * Sends a request and follows redirects of what only reads; each hop is judged like the first address, and another origin gets none
   * of the request's own headers. Of other methods a redirect is the answer: nothing is sent twice because a server says so.
   *
   * @throws SwitchyardError `tool.url_refused`, `tool.host_not_found`, `tool.failed`; what fetch throws
   */
  async send(exchange: ApiExchange): Promise<ApiAnswer> {
    const { method } = exchange;
    const follows = method === 'GET' || method === 'HEAD';
    let { url } = exchange;
    let own = true;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await this.sendOnce(url, exchange, own);
      const location = redirectOf(answer);
      if (!follows || location === null) return answer;
      if (!URL.canParse(location, url.href))
        throw new SwitchyardError('tool.failed', `${shown(url)} redirects to what is no address.`);
      url = new URL(location, url.href);
      // For good: who was asked in between may not choose where they go next.
      own &&= url.origin === exchange.url.origin;
    }
    throw new SwitchyardError('tool.failed', `${shown(exchange.url)} redirects more than ${MAX_REDIRECTS} times.`);
  }

  private async sendOnce(url: URL, exchange: ApiExchange, own: boolean): Promise<ApiAnswer> {
    const { method, headers, ownHeaders, body, fresh, signal, maxBytes = MAX_ANSWER_BYTES } = exchange;
    const dispatcher = await this.agents.agentFor(url, fresh);
    const response = await fetch(url, {
      dispatcher,
      method,
      redirect: 'manual',
      signal,
      headers: { ...headers, ...(own ? ownHeaders : {}) },
      ...(body === undefined ? {} : { body }),
    });
    const read = await readLimited(response, maxBytes);
    const { status, statusText, headers: answered } = response;
    return { url, status, statusText, headers: answered, ...read };
  }
}
