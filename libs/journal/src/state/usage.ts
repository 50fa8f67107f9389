import type { RunUsage } from './run-state.js';

/** The sum, as a new object. */
export function addUsage(sum: RunUsage, usage: RunUsage | undefined): RunUsage {
  if (!usage) return sum;
  return {
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: sum.cacheWriteTokens + usage.cacheWriteTokens,
    reasoningTokens: sum.reasoningTokens + usage.reasoningTokens,
  };
}
