import type { Profile } from '@switchyard/models';
import type { RequestEstimate } from '../turn/request-gate.js';

/** What a request costs at most, in US dollars: each token at the highest price that it may have. 0 without prices. */
export function estimateCost(
  { inputTokens, outputTokens }: RequestEstimate,
  { prices }: Pick<Profile, 'prices'>,
): number {
  if (prices === null) return 0;
  const input = Math.max(prices.input, prices.cacheRead ?? 0, prices.cacheWrite ?? 0);
  return (inputTokens * input + outputTokens * prices.output) / 1_000_000;
}
