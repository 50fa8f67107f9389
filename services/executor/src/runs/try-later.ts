import { SwitchyardError, timestampFromMs } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';

/**
 * The turn is to be asked for again at a later time: the run is parked until then, so that it keeps nobody busy and holds
 * no place in the queue of its backend.
 */
export class TryLater extends SwitchyardError {
  /**
   * @param error why, as somebody is told who asks
   * @param at when
   * @param attempts requests that the backend was sent for this turn so far
   */
  constructor(
    error: SwitchyardError,
    readonly at: Date,
    readonly attempts: number,
  ) {
    super(error.code, error.message, { retryable: true, details: error.details, cause: error.cause });
  }
}

export function retryBody({ at, attempts }: TryLater): RunEventBodyInit {
  return { case: 'runParked', value: { reason: 'retry', until: timestampFromMs(at.getTime()), attempts } };
}
