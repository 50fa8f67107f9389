import { Agent, fetch, type Response } from 'undici';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf, messageOf } from '../../shared/error-text.js';
import { guardTarget, shown, type FetchGuard } from './guarded-target.js';

export const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** A name of our own, as servers expect of a robot. */
const USER_AGENT = 'Switchyard/1 (http_fetch)';
const CONNECT_TIMEOUT_MS = 10_000;

export interface FetchedPage {
  /** After redirects. */
  url: URL;
  status: number;
  contentType: string;
  body: Buffer;
  /** There was more than the limit. */
  cut: boolean;
}

/**
 * GET of a public page. Every hop of a redirect is judged like the first address.
 *
 * @throws SwitchyardError `tool.url_refused`, `tool.host_not_found`, `tool.fetch_failed` (retryable)
 */
export async function fetchGuarded(
  first: URL,
  guard: FetchGuard,
  options: { signal: AbortSignal; maxBytes: number },
): Promise<FetchedPage> {
  let url = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await fetchOnce(url, guard, options);
    if (answer instanceof URL) url = answer;
    else return answer;
  }
  throw new SwitchyardError('tool.fetch_failed', `${shown(first)} redirects more than ${MAX_REDIRECTS} times.`);
}

/** A page, or where it was redirected to. The agent lives for one request: its connections are pinned to its addresses. */
async function fetchOnce(
  url: URL,
  guard: FetchGuard,
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<FetchedPage | URL> {
  const lookup = await guardTarget(url, guard);
  const agent = new Agent({ connect: { lookup, timeout: CONNECT_TIMEOUT_MS }, maxHeaderSize: 32 * 1024 });
  try {
    const response = await fetch(url, {
      dispatcher: agent,
      redirect: 'manual',
      signal,
      headers: {
        'user-agent': USER_AGENT,
        accept: 'text/html, text/*, application/json, application/xml;q=0.9, */*;q=0.1',
      },
    });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location !== null) return redirectTarget(location, url);
    const { body, cut } = await readLimited(response, maxBytes);
    return { url, status: response.status, contentType: response.headers.get('content-type') ?? '', body, cut };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SwitchyardError) throw cause;
    throw failed(url, cause);
  } finally {
    await agent.destroy();
  }
}

function redirectTarget(location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from.href);
  throw new SwitchyardError('tool.fetch_failed', `${shown(from)} redirects to what is no address.`);
}

/** Bytes after decompression count: a small answer may unpack to a huge one. */
async function readLimited(response: Response, maxBytes: number): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    chunks.push(bytes.subarray(0, maxBytes - size));
    size += bytes.length;
    if (size > maxBytes) return { body: Buffer.concat(chunks), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}

function failed(url: URL, error: unknown): SwitchyardError {
  const inner = typeof error === 'object' && error !== null && 'cause' in error && error.cause ? error.cause : error;
  const code = codeOf(inner);
  return new SwitchyardError(
    'tool.fetch_failed',
    `${shown(url)} could not be fetched: ${messageOf(inner) || code || 'the connection failed'}.`,
    { retryable: true, details: { host: url.hostname, ...(code ? { reason: code } : {}) }, cause: error },
  );
}
