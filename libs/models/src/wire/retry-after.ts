/** Nobody waits longer than a day for a model. */
const MAX_MS = 86_400_000;

/**
 * How long a provider asks to wait, in milliseconds: `retry-after-ms`, `retry-after` (seconds or an HTTP date), or the
 * words "try again in 2.5s" (Groq, OpenAI).
 */
export function retryAfterOf(headers: Headers, message = '', now = Date.now()): number | undefined {
  return (
    bounded(Number.parseFloat(headers.get('retry-after-ms') ?? '')) ??
    fromHeader(headers.get('retry-after') ?? '', now) ??
    fromWords(message)
  );
}

function fromHeader(value: string, now: number): number | undefined {
  if (/^\s*[\d.]+\s*$/.test(value)) return bounded(Number.parseFloat(value) * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function fromWords(message: string): number | undefined {
  const match = /try again in (?:(\d+)m)?([\d.]+)(ms|s)\b/i.exec(message);
  if (match === null) return undefined;
  const [, minutes, amount, unit] = match;
  return bounded(Number(minutes ?? 0) * 60_000 + Number(amount) * (unit?.toLowerCase() === 'ms' ? 1 : 1_000));
}

function bounded(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.min(Math.max(0, Math.ceil(ms)), MAX_MS) : undefined;
}
