/** However short a server says its list is good for, it is not asked more often. */
const LEAST_MS = 1_000;
/** And not less often: a day, which is also the most that the SDK keeps anything for. */
const MOST_MS = 24 * 60 * 60_000;

/**
 * How long a list of tools is good for, in ms, by the server's own word (`ttlMs`, specification 2026-07-28). Undefined where it
 * gives none, or says that it is old already: then only a notice of the server's, or a new connection, makes it be read again.
 */
export function listAgeOf(list: object): number | undefined {
  const ttl = 'ttlMs' in list ? list.ttlMs : undefined;
  if (typeof ttl !== 'number' || !(ttl > 0)) return undefined;
  return Math.min(Math.max(ttl, LEAST_MS), MOST_MS);
}
