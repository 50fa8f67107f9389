import { setTimeout as sleep } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';

/** Who loses the race for a run's next entry reads again so often, waiting a little longer each time. */
const ATTEMPTS = 20;
/** Another one was first, or two who write into several runs were in each other's way. */
const AGAIN: ReadonlySet<string> = new Set(['journal.conflict', 'database.serialization']);

/**
 * Does `work`, which reads a run and appends to it, again where another one advanced the run in between.
 *
 * @throws SwitchyardError `journal.conflict` retryable, where that happened every time
 */
export async function untilCurrent<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SwitchyardError) || !AGAIN.has(error.code)) throw error;
      if (attempt === ATTEMPTS) throw stillMoving(error);
      await sleep(Math.random() * attempt);
    }
  }
}

function stillMoving(cause: SwitchyardError): SwitchyardError {
  const { details } = cause;
  return new SwitchyardError(cause.code, `${cause.message} It went on ${ATTEMPTS} times meanwhile. Try again.`, {
    retryable: true,
    details,
    cause,
  });
}
