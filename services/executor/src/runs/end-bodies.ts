import { toErrorInfo, toValue, type JsonValue, type SwitchyardError } from '@switchyard/contracts';
import { endTotals, type RunEventBodyInit, type RunState } from '@switchyard/journal';

export function completedBody(state: RunState, output: JsonValue, now: Date): RunEventBodyInit {
  return {
    case: 'runCompleted',
    value: { ...endTotals(state, now), output: toValue(output), finishReason: state.finishReason },
  };
}

export function failedBody(state: RunState, error: SwitchyardError, now: Date): RunEventBodyInit {
  return { case: 'runFailed', value: { ...endTotals(state, now), error: toErrorInfo(error) } };
}
