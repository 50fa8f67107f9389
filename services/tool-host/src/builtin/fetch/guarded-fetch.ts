import { Agent, fetch } from 'undici';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { codeOf, messageOf } from '../../shared/error-text.js';
import { NEVER_SENT } from '../../shared/never-sent.js';
import { readLimited } from '../../shared/read-limited.js';
import { MAX_REDIRECTS, redirectOf } from '../../shared/redirects.js';
import { guardTarget, shown, type FetchGuard } from './guarded-target.js';

/** A name of our own, as servers expect of a robot. */
const USER_AGENT = 'Switchyard/1 (http_fetch)';
const ACCEPT = 'text/html, text/*, application/json, application/xml;q=0.9, */*;q=0.1';
/** More codes of failures before anything was sent. Source: errors of libuv, OpenSSL and undici. */
const NOT_SENT =
  /^(?:EADDRNOTAVAIL|UND_ERR_INVALID_ARG|ERR_TLS_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;
const CONNECT_TIMEOUT_MS = 10_000;

export interface FetchedPage {
  /** After redirects. */
  url: URL;
  status: number;
  contentType: string;
  /** Of the answer, by lower-case names. */
  headers: readonly (readonly [string, string])[];
  /** Where the answer redirects to and nobody followed; '' otherwise. */
  location: string;
  body: Buffer;
  /** There was more than the limit. */
  cut: boolean;
}

export interface FetchOptions {
  signal: AbortSignal;
  /** Of the body, unpacked. */
  maxBytes: number;
  /** Default GET. */
  method?: string;
  /** By lower-case names. They go to the first address's origin, and to no other one that it redirects to. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Default true. Only for requests that change nothing. */
  followRedirects?: boolean;
  /** Makes the error where the request was sent, perhaps, and has no answer. Default: `tool.fetch_failed`, retryable. */
  lost?: LostError;
}

type LostError = (
  code: string,
  message: string,
  options: { retryable?: boolean; details?: JsonObject; cause?: unknown },
) => SwitchyardError;

const failedError: LostError = (code, message, options) =>
  new SwitchyardError(code, message, { retryable: true, ...options });

/**
 * A request to a public address. Every hop of a redirect is judged like the first address.
 *
 * @throws SwitchyardError `tool.url_refused`, `tool.host_not_found`, `tool.fetch_failed` (retryable)
 */
export async function fetchGuarded(first: URL, guard: FetchGuard, options: FetchOptions): Promise<FetchedPage> {
  let url = first;
  let { headers = {} } = options;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await fetchOnce(url, guard, { ...options, headers });
    if (!(answer instanceof URL)) return answer;
    // What was meant for one place, a key perhaps, is not told to another.
    if (answer.origin !== url.origin) headers = {};
    url = answer;
  }
  throw new SwitchyardError('tool.fetch_failed', `${shown(first)} redirects more than ${MAX_REDIRECTS} times.`);
}

/** A page, or where it was redirected to. The agent lives for one request: its connections are pinned to its addresses. */
async function fetchOnce(url: URL, guard: FetchGuard, options: FetchOptions): Promise<FetchedPage | URL> {
  const { signal, maxBytes, method = 'GET', headers = {}, body: sent, followRedirects = true } = options;
  const lookup = await guardTarget(url, guard);
  const agent = new Agent({ connect: { lookup, timeout: CONNECT_TIMEOUT_MS }, maxHeaderSize: 32 * 1024 });
  try {
    const response = await fetch(url, {
      dispatcher: agent,
      redirect: 'manual',
      signal,
      method,
      headers: { accept: ACCEPT, ...headers, 'user-agent': USER_AGENT },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const location = redirectOf(response);
    if (location !== null && followRedirects) return redirectTarget(location, url);
    const { body, cut } = await readLimited(response, maxBytes);
    const contentType = response.headers.get('content-type') ?? '';
    const { status } = response;
    return { url, status, contentType, headers: [...response.headers], location: location ?? '', body, cut };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SwitchyardError) throw cause;
    throw failed(url, cause, options.lost);
  } finally {
    await agent.destroy();
  }
}

function redirectTarget(location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from.href);
  throw new SwitchyardError('tool.fetch_failed', `${shown(from)} redirects to what is no address.`);
}

function failed(url: URL, error: unknown, lost: LostError = failedError): SwitchyardError {
  const inner = typeof error === 'object' && error !== null && 'cause' in error && error.cause ? error.cause : error;
  const code = codeOf(inner);
  return (NEVER_SENT.has(code) || NOT_SENT.test(code) ? failedError : lost)(
    'tool.fetch_failed',
    `${shown(url)} could not be fetched: ${messageOf(inner) || code || 'the connection failed'}.`,
    { details: { host: url.hostname, ...(code ? { reason: code } : {}) }, cause: error },
  );
}
