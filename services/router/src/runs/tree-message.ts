import { thatFit } from '@switchyard/bus';
import { create, RunSchema, RunTreeSchema, type RunTree } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';
import { bytesOf } from '../shared/bytes-of.js';
import { listedRun } from './run-message.js';

/** Runs of a tree, callers first, with what they used together. @param more there are others, which are not in the list */
export function treeMessage(records: readonly RunRecord[], more: boolean): RunTree {
  const runs = thatFit(records.map(listedRun), bytesOf(RunSchema));
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  let costUsd = 0;
  for (const record of records.slice(0, runs.length)) {
    costUsd += record.costUsd;
    usage.inputTokens += record.usage.inputTokens;
    usage.outputTokens += record.usage.outputTokens;
    usage.cacheReadTokens += record.usage.cacheReadTokens;
    usage.cacheWriteTokens += record.usage.cacheWriteTokens;
    usage.reasoningTokens += record.usage.reasoningTokens;
  }
  return create(RunTreeSchema, { runs, usage, costUsd, more: more || runs.length < records.length });
}
