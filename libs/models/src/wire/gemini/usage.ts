import type { JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { Usage, UsageRule } from '../../usage.js';
import { normaliseUsage } from '../../usage.js';
import { tokenCount } from '../token-counts.js';

const COUNTS = [
  'promptTokenCount',
  'toolUsePromptTokenCount',
  'cachedContentTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
] as const;

/** What was counted so far. Every chunk reports totals, and leaves out what it does not know. */
export type TokenCounts = Partial<Record<(typeof COUNTS)[number], number>>;

/** Takes over what a chunk's `usageMetadata` says. */
export function addCounts(counts: TokenCounts, metadata: JsonValue | undefined, repairs: Repair[]): void {
  if (!isJsonObject(metadata)) return;
  for (const name of COUNTS) {
    const count = tokenCount(metadata[name], repairs);
    if (count !== undefined) counts[name] = count;
  }
}

/** The counts in the one form; undefined if there are none. What built-in tools put into the prompt is input, beside the prompt. */
export function usageOf(counts: TokenCounts, rule: UsageRule): Usage | undefined {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = counts;
  if (promptTokenCount === undefined && candidatesTokenCount === undefined && thoughtsTokenCount === undefined)
    return undefined;
  return normaliseUsage(
    {
      input: (promptTokenCount ?? 0) + (counts.toolUsePromptTokenCount ?? 0),
      cacheRead: counts.cachedContentTokenCount ?? 0,
      cacheWrite: 0,
      output: candidatesTokenCount ?? 0,
      reasoning: thoughtsTokenCount ?? 0,
    },
    rule,
  );
}
