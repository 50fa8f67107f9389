import { SwitchyardError } from '@switchyard/contracts';

/** It does not answer; it may later. */
export function embedderUnavailable(why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'memory.embedder.unavailable',
    `The embedder does not answer: ${why}. Memory goes on by words alone until it does.`,
    { retryable: true, cause },
  );
}

/** It answers something else than vectors of its space; asking again does not help. */
export function embedderInvalid(why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'memory.embedder.invalid',
    `The embedder cannot be used: ${why}. Correct SWITCHYARD_EMBEDDER…, or give the new model a name of its own, and start again; memory goes on by words alone until then.`,
    { cause },
  );
}
