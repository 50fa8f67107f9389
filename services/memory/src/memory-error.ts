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

/** What was said by people is not for agents to change. */
export function trustTooLow(id: string): SwitchyardError {
  return new SwitchyardError(
    'memory.trust_too_low',
    `Memory "${id}" was said by somebody who is believed more than who corrects it. Ask a person to correct it (switchyard memory correct ${id} …).`,
    { details: { memory: id } },
  );
}

/** It is not as it was when whoever asks looked. */
export function memoryConflict(what: string, details: Readonly<Record<string, string>>): SwitchyardError {
  return new SwitchyardError('memory.conflict', what, { details });
}

/** Working memory is a few blocks. */
export function tooManyBlocks(most: number): SwitchyardError {
  return new SwitchyardError(
    'memory.block.invalid',
    `There are ${most} blocks of working memory here already, which is as many as there may be. Write to one of them, or remember it in the long-term store.`,
    { details: { most: String(most) } },
  );
}

export function actNotFound(id: string): SwitchyardError {
  return new SwitchyardError(
    'memory.act.not_found',
    `There is no act "${id}" in this tenant. "switchyard memory why" shows the acts on a memory.`,
    { details: { act: id } },
  );
}
