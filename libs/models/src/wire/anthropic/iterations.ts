import type { JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import { tokenCount } from '../token-counts.js';

/**
 * Adds what `usage.iterations` counts beside the answer itself to its totals: the provider's own compaction, an adviser, a
 * fallback. They are paid, and the totals leave them out; the iterations of type `message` are in them.
 */
export function withIterations(
  totals: Readonly<Record<string, number>>,
  iterations: JsonValue | undefined,
  repairs: Repair[],
): Record<string, number> {
  const sums = { ...totals };
  for (const iteration of Array.isArray(iterations) ? iterations : []) {
    if (!isJsonObject(iteration) || iteration['type'] === 'message' || iteration['type'] === undefined) continue;
    for (const key of Object.keys(iteration).filter((name) => name.endsWith('_tokens'))) {
      const value = tokenCount(iteration[key], repairs);
      if (value !== undefined) sums[key] = (sums[key] ?? 0) + value;
    }
  }
  return sums;
}
