import { create, RunSchema, timestampFromDate, toValue, type JsonValue, type Run } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';

/** Characters of an input or output that a list shows. A page of 200 runs then fits into one reply. */
const LISTED_CHARACTERS = 500;

/** The projection of a run as the API shows it. */
export function runMessage(record: RunRecord): Run {
  const { runId, taskId, tenant, agent, agentVersion, backend, routingReason, thread, user, status } = record;
  const { usage, costUsd, configuration, turns, toolCalls, seq, traceId, idempotencyKey, metadata, limits } = record;
  const { input, output, error, createdAt, endedAt } = record;
  return create(RunSchema, {
    ...{ runId, taskId, tenant, agent, agentVersion, backend, routingReason, thread, user, status },
    ...{ usage, costUsd, configuration, turns, toolCalls, seq, traceId, idempotencyKey, metadata, limits },
    input: toValue(input),
    ...(status === 'completed' ? { output: toValue(output) } : {}),
    ...(error ? { error } : {}),
    createdAt: timestampFromDate(createdAt),
    ...(endedAt ? { endedAt: timestampFromDate(endedAt) } : {}),
  });
}

/** The same as lists show it. */
export function listedRun(record: RunRecord): Run {
  const input = shorten(record.input);
  const output = shorten(record.output);
  const run = runMessage({ ...record, input, output });
  run.shortened = input !== record.input || output !== record.output;
  return run;
}

/** What is longer becomes the beginning of its text, and a dot dot dot. */
function shorten(value: JsonValue): JsonValue {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= LISTED_CHARACTERS) return value;
  return `${text.slice(0, LISTED_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…`;
}
