import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is yes; what fails meanwhile is said at the end of the patience. */
export async function waitFor(what: string, ask: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let last: unknown = 'not yet';
  while (Date.now() < deadline) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = error;
    }
    await delay(100);
  }
  throw new Error(`${what} did not come within ${patienceMs} ms: ${String(last)}`);
}
