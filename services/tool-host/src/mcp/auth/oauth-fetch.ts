import type { FetchLike } from '@modelcontextprotocol/client';
import { Agent, fetch } from 'undici';
import { refusalOf } from '../../builtin/fetch/address-guard.js';
import { guardTarget, portOf, systemResolve, type ResolveName } from '../../builtin/fetch/guarded-target.js';
import type { Egress } from '../../shared/egress.js';
import { readLimited } from '../../shared/read-limited.js';
import { MessageTooLarge } from '../bounded-fetch.js';

/** Metadata and tokens are small. */
const MAX_BYTES = 1_024 * 1_024;
const TIMEOUT_MS = 15_000;
const REMEDY = 'a server whose own address is private may have an authorisation server on one too';

/**
 * `fetch` for what a server's own metadata names: no address of a private network, unless the server is in one itself; no
 * redirect, which could take a code or a secret elsewhere; no answer without an end.
 *
 * @param serverUrl as the operator gave it
 * @param egress where this host may connect to at all
 */
export function oauthFetch(serverUrl: string, egress: Egress, resolve: ResolveName = systemResolve): FetchLike {
  return async (input, init) => {
    const url = new URL(input);
    const allow = new Set((await isPrivate(new URL(serverUrl), resolve)) ? [`${url.hostname}:${portOf(url)}`] : []);
    const lookup = await guardTarget(url, { allow, resolve, egress, remedy: REMEDY });
    const dispatcher = new Agent({ connect: { lookup, timeout: TIMEOUT_MS }, maxHeaderSize: 32 * 1_024 });
    try {
      const { method = 'GET', headers, body } = init ?? {};
      const answer = await fetch(url, {
        dispatcher,
        method,
        headers: [...new Headers(headers)],
        body: body === undefined || body === null ? null : await new Response(body).text(),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const { status, statusText } = answer;
      const { body: text, cut } = await readLimited(answer, MAX_BYTES);
      if (cut) throw new MessageTooLarge(MAX_BYTES);
      const isEmpty = status === 204 || status === 304;
      return new Response(isEmpty ? null : text.toString(), { status, statusText, headers: [...answer.headers] });
    } finally {
      await dispatcher.destroy();
    }
  };
}

async function isPrivate({ hostname }: URL, resolve: ResolveName): Promise<boolean> {
  const addresses = await resolve(hostname.replace(/^\[|\]$/g, ''));
  return addresses.some(({ address }) => refusalOf(address) !== undefined);
}
