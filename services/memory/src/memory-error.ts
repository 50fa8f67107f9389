import { SwitchyardError } from '@switchyard/contracts';

export function memoryNotFound(id: string): SwitchyardError {
  return new SwitchyardError(
    'memory.not_found',
    `There is no memory "${id}" in this tenant. List them to see which there are.`,
    {
      details: { memory: id },
    },
  );
}

/** A save that was counted once, and forgotten since, came again. */
export function memoryForgotten(callId: string): SwitchyardError {
  return new SwitchyardError(
    'memory.not_found',
    `Call "${callId}" saved this before, and it has been forgotten since; it is not brought back. Say it in a new call to store it again.`,
    { details: { call: callId } },
  );
}

/** What is derived rests on memories that are there. */
export function invalidEvidence(id: string): SwitchyardError {
  return new SwitchyardError(
    'memory.evidence.invalid',
    `Memory "${id}" cannot be evidence: this tenant has no such memory, or it was retracted. Name memories that "switchyard memory show" knows.`,
    { details: { memory: id } },
  );
}
