import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitForOptions {
  /** Default two minutes: the end of a wait that is in vain, on a machine that is busy with other things. */
  timeoutMs?: number;
  intervalMs?: number;
  /** What is waited for, in the words of the failure: "the run to complete". */
  describe?: string;
}

type Falsy = false | 0 | '' | null | undefined;

/**
 * Asks until the answer is truthy, and answers it. A condition that throws is asked again; its last error is the cause of
 * the failure at the deadline.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitForOptions = {},
): Promise<Exclude<Awaited<T>, Falsy>> {
  const { timeoutMs = 120_000, intervalMs = 10, describe = 'the condition' } = options;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<Awaited<T>, Falsy>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  } while (Date.now() < deadline);
  const last = cause instanceof Error ? `; last: ${cause.message}` : '';
  throw new Error(`Waited ${timeoutMs} ms for ${describe}${last}`, { cause });
}
