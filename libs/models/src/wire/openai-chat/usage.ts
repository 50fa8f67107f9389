import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { Usage, UsageRule } from '../../usage.js';
import { normaliseUsage } from '../../usage.js';
import { tokenCount } from '../token-counts.js';

/** Reads a `usage` object with the fields of all vendors that are known to differ; undefined if it counts nothing. */
export function readChatUsage(
  usage: JsonValue | undefined,
  rule: UsageRule,
  repairs: Repair[] = [],
): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const count = (value: JsonValue | undefined): number | undefined => tokenCount(value, repairs);
  const input = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  const output = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = objectAt(usage, 'prompt_tokens_details') ?? objectAt(usage, 'input_tokens_details') ?? {};
  const outputDetails = objectAt(usage, 'completion_tokens_details') ?? objectAt(usage, 'output_tokens_details') ?? {};
  return normaliseUsage(
    {
      input: input ?? 0,
      // In this order: OpenAI, DeepSeek, Moonshot.
      cacheRead:
        count(inputDetails['cached_tokens']) ??
        count(usage['prompt_cache_hit_tokens']) ??
        count(usage['cached_tokens']) ??
        0,
      cacheWrite: count(inputDetails['cache_write_tokens']) ?? 0,
      output: output ?? 0,
      reasoning: count(outputDetails['reasoning_tokens']) ?? count(usage['reasoning_tokens']) ?? 0,
    },
    rule,
  );
}

function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}
