import { MAX_RESULT_BYTES } from './output-limit.js';

/** Longer work belongs to a server that answers at once and is asked again. */
export const MAX_TIMEOUT_MS = 15 * 60_000;

/** Why somebody cannot give a tool these limits. */
export function unusableLimit(limits: { timeoutMs: number; maxOutputBytes: number }): string | undefined {
  if (limits.timeoutMs > MAX_TIMEOUT_MS) return `its timeout is longer than ${MAX_TIMEOUT_MS} ms`;
  if (limits.maxOutputBytes > MAX_RESULT_BYTES)
    return `its max_output_bytes are more than ${MAX_RESULT_BYTES}, the most that a result has`;
  return undefined;
}
