import { create, RunSchema, timestampFromDate, toValue, type JsonValue, type Run } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';
import { shorten } from '../shared/shorten.js';

/** Characters of an input or output that a list shows. A page of 200 runs then fits into one reply. */
const LISTED_CHARACTERS = 500;

/** Characters of the reason of a move in a list. */
const LISTED_REASON = 100;

/** The projection of a run as the API shows it. */
export function runMessage(record: RunRecord): Run {
  const { runId, taskId, tenant, agent, agentVersion, backend, routingReason, thread, user, status } = record;
  const { usage, costUsd, configuration, turns, toolCalls, seq, traceId, idempotencyKey, metadata, limits } = record;
  const { input, output, error, createdAt, endedAt, switches, parent, fork, priority } = record;
  const { retries, repairs, overrides, firstTokenMs, rollout, rolloutArm } = record;
  const { parkedReason, parkedCalls, wakeAt, payloads, treeUsage, treeCostUsd, handedOverTo } = record;
  return create(RunSchema, {
    ...{ runId, taskId, tenant, agent, agentVersion, backend, routingReason, thread, user, status },
    ...{ usage, costUsd, configuration, turns, toolCalls, seq, traceId, idempotencyKey, metadata, limits },
    input: toValue(input),
    inputPayload: payloads?.input?.hash ?? '',
    outputPayload: payloads?.output?.hash ?? '',
    ...(status === 'completed' ? { output: toValue(output) } : {}),
    ...(error ? { error } : {}),
    switches: switches.map(({ error: failure, ...move }) => ({ ...move, ...(failure ? { error: failure } : {}) })),
    ...{ retries, repairs, overrides, firstTokenMs, rollout, rolloutArm },
    ...{ priority, treeUsage, treeCostUsd, handedOverTo },
    ...(parent ? { parent } : {}),
    ...(fork ? { fork } : {}),
    ...(parkedReason === ''
      ? {}
      : {
          wait: {
            reason: parkedReason,
            callIds: parkedCalls,
            ...(wakeAt ? { until: timestampFromDate(wakeAt) } : {}),
          },
        }),
    createdAt: timestampFromDate(createdAt),
    ...(endedAt ? { endedAt: timestampFromDate(endedAt) } : {}),
  });
}

/** The same as lists show it. */
export function listedRun(record: RunRecord): Run {
  const input = shortened(record.payloads?.input?.preview ?? record.input);
  const output = shortened(record.payloads?.output?.preview ?? record.output);
  const run = runMessage({ ...record, input, output });
  run.shortened = input !== record.input || output !== record.output;
  // What they failed with is told by the run itself.
  for (const move of run.switches) {
    delete move.error;
    move.reason = shorten(move.reason, LISTED_REASON);
  }
  return run;
}

/** What is longer becomes the beginning of its text. */
function shortened(value: JsonValue): JsonValue {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LISTED_CHARACTERS ? value : shorten(text, LISTED_CHARACTERS);
}
