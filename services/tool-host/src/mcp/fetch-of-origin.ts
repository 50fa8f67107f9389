import { SwitchyardError } from '@switchyard/contracts';
import type { Egress } from '../shared/egress.js';
import { MAX_REDIRECTS, redirectOf } from '../shared/redirects.js';

/** After these a request is sent on as it was; after the others a POST would become a GET. */
const SENT_ON = new Set([307, 308]);

/**
 * `fetch` that stays at the origin that it is asked for: headers that a server is given, keys among them, go to no other one that it
 * redirects to.
 */
export function fetchOfOrigin(egress: Egress): typeof fetch {
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const { origin } = url;
    for (let hops = 0; ; hops += 1) {
      egress.check(url);
      const response = await fetch(url.href, { ...init, redirect: 'manual' });
      const location = redirectOf(response);
      if (location === null) return response;
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      const isPlain = (init?.method ?? 'GET') === 'GET' || SENT_ON.has(response.status);
      if (next?.origin !== origin || !isPlain || hops >= MAX_REDIRECTS) throw refused(url, next);
      url = next;
    }
  };
}

function refused(from: URL, to: URL | undefined): SwitchyardError {
  const where = to ? `${to.origin}${to.pathname}`.slice(0, 200) : 'an address that is none';
  return new SwitchyardError(
    'tool.redirect_refused',
    `${from.origin}${from.pathname} redirects to ${where}, which is not followed: what the server is given would go there. Apply it with the address that it has now.`,
    { details: { host: from.host } },
  );
}
