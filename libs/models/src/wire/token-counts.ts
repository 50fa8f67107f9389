import type { JsonValue } from '../json.js';
import type { Repair } from '../model-response.js';

/** The most tokens that one member of a report may count: ten times the largest window there is (10 million, 2026). */
const MAX_TOKENS = 100_000_000;

/**
 * A number of tokens as a provider reports it. What cannot be one (a fraction, less than nothing, more than any model
 * reads) counts as not reported, and is told once in `repairs`.
 */
export function tokenCount(value: JsonValue | undefined, repairs: Repair[]): number | undefined {
  if (typeof value !== 'number') return undefined;
  if (Number.isSafeInteger(value) && value >= 0 && value <= MAX_TOKENS) return value;
  if (!repairs.some(({ code }) => code === 'usage_ignored'))
    repairs.push({ code: 'usage_ignored', detail: `${value} is no number of tokens` });
  return undefined;
}
