import { withDeadline } from './with-deadline.js';

/** One thing that a service needs to work; `check` rejects with the reason why it cannot be used. */
export interface Need {
  name: string;
  check(): Promise<unknown>;
}

export interface ReadinessReport {
  ready: boolean;
  /** 'ok', or why not. */
  checks: Readonly<Record<string, string>>;
}

/** Long enough for a busy database, short enough for the one who asks. */
const CHECK_TIMEOUT_MS = 2_000;

/** Asks everything that the service needs, at once. */
export async function readiness(needs: readonly Need[], timeoutMs = CHECK_TIMEOUT_MS): Promise<ReadinessReport> {
  const results = await Promise.all(needs.map(async (need) => [need.name, await outcome(need, timeoutMs)] as const));
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

async function outcome(need: Need, timeoutMs: number): Promise<string> {
  try {
    await withDeadline(need.check(), timeoutMs, `no answer within ${timeoutMs} ms`);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
