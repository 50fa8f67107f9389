import { toErrorInfo, toValue, type Configuration, type JsonValue, type SwitchyardError } from '@switchyard/contracts';
import { endTotals, type RunEventBodyInit, type RunState } from '@switchyard/journal';

export function completedBody(state: RunState, output: JsonValue, now: Date): RunEventBodyInit {
  // Handed over, the last turn was another agent's, and that came to its end.
  const told = state.handover
    ? { finishReason: 'stop', handedOverTo: state.handover.agent }
    : { finishReason: state.finishReason };
  return { case: 'runCompleted', value: { ...endTotals(state, now), output: toValue(output), ...told } };
}

/** @param asked what the turn that failed was asked with: what did not answer is part of how it does */
export function failedBody(
  state: RunState,
  error: SwitchyardError,
  now: Date,
  asked: Configuration | undefined,
): RunEventBodyInit {
  const told = asked && { asked, configuration: asked.fingerprint };
  return { case: 'runFailed', value: { ...endTotals(state, now), ...told, error: toErrorInfo(error) } };
}
