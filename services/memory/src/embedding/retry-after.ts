/** Nobody is left alone for longer than an hour: what waits would wait for a mistake. */
const MAX_MS = 3_600_000;

/** Milliseconds that a `retry-after` header asks for, in seconds or as an HTTP date; 0 where it says nothing that can be read. */
export function readRetryAfter(header: string, now: number): number {
  const seconds = /^\s*(\d+(?:\.\d+)?)\s*$/.exec(header)?.[1];
  if (seconds === undefined && !/[a-z]{3}/i.test(header)) return 0;
  const ms = seconds === undefined ? Date.parse(header) - now : Number(seconds) * 1_000;
  return Number.isFinite(ms) ? Math.min(Math.max(0, Math.ceil(ms)), MAX_MS) : 0;
}
