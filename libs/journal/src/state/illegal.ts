import { SwitchyardError } from '@switchyard/contracts';
import type { RunState } from './run-state.js';

/** The error of an event that cannot follow this state. */
export function illegal(state: RunState, why: string): SwitchyardError {
  return new SwitchyardError('journal.illegal', `Run ${state.runId} at seq ${state.seq}: ${why}.`, {
    details: { run_id: state.runId, seq: state.seq, status: state.status },
  });
}

/** @throws SwitchyardError `journal.illegal` unless the condition holds. */
export function mustHold(state: RunState, condition: boolean, why: string): void {
  if (!condition) throw illegal(state, why);
}
