import { create, RunSchema, timestampFromDate, toValue, type Run } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';

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
