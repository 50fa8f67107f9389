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

/** Nothing more can be said to it: how to go on from there. */
export function endedForInput({ runId, status, thread }: RunState): SwitchyardError {
  const again =
    thread === ''
      ? `give its agent a new task, or fork the run ("switchyard runs fork ${runId}")`
      : `give its agent a new task in its thread "${thread}", or fork the run ("switchyard runs fork ${runId}")`;
  return new SwitchyardError('run.already_ended', `The run ${runId} is ${status} and hears nothing more: ${again}.`, {
    details: { run_id: runId, status, ...(thread === '' ? {} : { thread }) },
  });
}

export function inputLimit(runId: string, limit: number): SwitchyardError {
  return new SwitchyardError(
    'run.input_limit',
    `The run ${runId} was told ${limit} things while it was under way, which is the most. Give the rest to a new task.`,
    { details: { run_id: runId, limit } },
  );
}

export function inputTooLarge(bytes: number, limit: number): SwitchyardError {
  return new SwitchyardError(
    'input.too_large',
    `The input has ${bytes} bytes, and ${limit} are allowed. Put large content into a file or a page that a tool can read, or raise SWITCHYARD_TASK_BYTES.`,
    { details: { bytes, limit } },
  );
}

export function inputConflict(runId: string, key: string): SwitchyardError {
  return new SwitchyardError(
    'input.conflict',
    `Something else was said to the run ${runId} with the idempotency key "${key}". Use a new key for what is new.`,
    { details: { run_id: runId } },
  );
}
