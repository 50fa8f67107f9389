/** What a backend takes in a minute, over the whole fleet; 0 where it sets no limit. */
export interface RateLimits {
  tokensPerMinute: number;
  requestsPerMinute: number;
}

/** What may be asked at this moment. Below zero after a request that was larger than the bucket. */
export interface RateLevel {
  tokens: number;
  requests: number;
}

/**
 * Seconds of work that may come at once after a pause. Over any minute the fleet sends no more than the limit, this share of
 * it, and one request: a provider that counts in windows of a minute is not surprised.
 */
const BURST_SECONDS = 6;

export const isLimited = (limits: RateLimits): boolean => limits.tokensPerMinute > 0 || limits.requestsPerMinute > 0;

/** A full bucket; one request always fits. */
export function capacityOf({ tokensPerMinute, requestsPerMinute }: RateLimits): RateLevel {
  return {
    tokens: (tokensPerMinute / 60) * BURST_SECONDS,
    requests: requestsPerMinute === 0 ? 0 : Math.max(1, (requestsPerMinute / 60) * BURST_SECONDS),
  };
}

/** Milliseconds until a request of so many tokens may be sent; one larger than the bucket needs it full. */
export function waitMs(level: RateLevel, tokens: number, limits: RateLimits): number {
  const full = capacityOf(limits);
  const of = (perMinute: number, missing: number): number => (perMinute > 0 ? (missing / perMinute) * 60_000 : 0);
  const wait = Math.max(
    of(limits.tokensPerMinute, Math.min(tokens, full.tokens) - level.tokens),
    of(limits.requestsPerMinute, 1 - level.requests),
  );
  return Math.max(0, Math.ceil(wait));
}
