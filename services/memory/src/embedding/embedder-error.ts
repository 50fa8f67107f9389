import { SwitchyardError } from '@switchyard/contracts';

/**
 * It does not answer; it may later.
 *
 * @param retryAfterMs how long it asks to be left alone: `retryAfterOf` reads it
 */
export function embedderUnavailable(why: string, cause?: unknown, retryAfterMs = 0): SwitchyardError {
  return new SwitchyardError(
    'memory.embedder.unavailable',
    `The embedder does not answer: ${why}. Memory goes on by words alone until it does.`,
    { retryable: true, cause, ...(retryAfterMs > 0 && { details: { retry_after_ms: retryAfterMs } }) },
  );
}

/** Milliseconds that an embedder asked for; 0 where it did not. */
export function retryAfterOf(error: unknown): number {
  const ms = error instanceof SwitchyardError ? error.details['retry_after_ms'] : 0;
  return typeof ms === 'number' ? ms : 0;
}

/** It answers, and will not have one of these texts: the others may pass without it. */
export function textsRefused(why: string): SwitchyardError {
  return new SwitchyardError(
    REFUSED,
    `The embedder refuses what it was asked: ${why}. What it refuses is found by its words; where it refuses everything, correct SWITCHYARD_EMBEDDER….`,
  );
}

export function isRefusal(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === REFUSED;
}

const REFUSED = 'memory.embedder.text.invalid';

/** It answers something else than vectors of its space; asking again does not help. */
export function embedderInvalid(why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'memory.embedder.invalid',
    `The embedder cannot be used: ${why}. Correct SWITCHYARD_EMBEDDER…, or give the new model a name of its own, and start again; memory goes on by words alone until then.`,
    { cause },
  );
}
