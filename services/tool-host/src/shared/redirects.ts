import type { Response } from 'undici';

/** That are followed one after the other. */
export const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends whoever asked, as it says it; null where it sends nobody anywhere. */
export function redirectOf({
  status,
  headers,
}: {
  status: number;
  headers: Pick<Response['headers'], 'get'>;
}): string | null {
  return REDIRECTS.has(status) ? headers.get('location') : null;
}
