import { toErrorInfo, toValue, type JsonValue, type SwitchyardError } from '@switchyard/contracts';
import type { RunEventBodyInit, RunState } from '@switchyard/journal';

export function completedBody(state: RunState, output: JsonValue, now: Date): RunEventBodyInit {
  return {
    case: 'runCompleted',
    value: { ...summary(state, now), output: toValue(output), finishReason: state.finishReason },
  };
}

export function failedBody(state: RunState, error: SwitchyardError, now: Date): RunEventBodyInit {
  return { case: 'runFailed', value: { ...summary(state, now), error: toErrorInfo(error) } };
}

function summary(
  { usage, costUsd, turns, toolCalls, configuration, backend, agentVersion, createdAt }: RunState,
  now: Date,
) {
  const durationMs = Math.max(0, now.getTime() - Date.parse(createdAt));
  return { usage: { ...usage }, costUsd, turns, toolCalls, configuration, backend, agentVersion, durationMs };
}
