import type { JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { Usage, UsageRule } from '../../usage.js';
import { normaliseUsage } from '../../usage.js';
import { tokenCount } from '../token-counts.js';

/**
 * Reads Cohere's `usage`; undefined if it counts nothing. `tokens` counts what the model processed, `billed_units` what is
 * paid, which leaves out the tools and the template: it stands in where there is nothing else. `cached_tokens` are part of
 * the input.
 */
export function readCohereUsage(usage: JsonValue | undefined, rule: UsageRule, repairs: Repair[]): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  for (const counts of [usage['tokens'], usage['billed_units']]) {
    if (!isJsonObject(counts)) continue;
    const input = tokenCount(counts['input_tokens'], repairs);
    const output = tokenCount(counts['output_tokens'], repairs);
    if (input === undefined && output === undefined) continue;
    const cacheRead = tokenCount(usage['cached_tokens'], repairs) ?? 0;
    return normaliseUsage({ input: input ?? 0, cacheRead, cacheWrite: 0, output: output ?? 0, reasoning: 0 }, rule);
  }
  return undefined;
}
