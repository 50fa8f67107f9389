import { SwitchyardError } from '@switchyard/contracts';
import type { RunState } from '@switchyard/journal';

export function runNotFound(runId: string): SwitchyardError {
  return new SwitchyardError('run.not_found', `There is no run "${runId}". List them with "switchyard runs list".`, {
    details: { run_id: runId },
  });
}

/** @param what could have been done with it: "cancel" */
export function alreadyEnded({ runId, status, endedAt }: RunState, what: string): SwitchyardError {
  return new SwitchyardError(
    'run.already_ended',
    `The run ${runId} is ${status} since ${endedAt}: there is nothing to ${what}.`,
    {
      details: { run_id: runId, status },
    },
  );
}
