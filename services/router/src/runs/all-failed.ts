import { SwitchyardError, type ErrorInfo } from '@switchyard/contracts';
import type { RunState } from '@switchyard/journal';
import type { Refused } from '../backends/next-backend.js';
import { shorten } from '../shared/shorten.js';

/** Characters of one backend's failure in the message; `details` has its code, and the journal all of it. */
const MAX_REASON = 300;

/** What ends a run that has no backend left: every one that was asked, with what it failed with. */
export function allFailed(state: RunState, last: ErrorInfo, refused: readonly Refused[]): SwitchyardError {
  const failures = [
    ...state.switches.flatMap(({ from, error }) => (error ? [{ backend: from, ...error }] : [])),
    { backend: state.backend, code: last.code, message: last.message, retryable: last.retryable },
  ];
  const failed = failures.map(({ backend, code, message }) => `${backend}: ${code}: ${shorten(message, MAX_REASON)}`);
  const skipped = refused.map(({ backend, reason }) => `${backend}: ${shorten(reason, MAX_REASON)}`);
  const rest = skipped.length === 0 ? '' : ` Not asked: ${skipped.join(' ')}`;
  return new SwitchyardError(
    'backend.all_failed',
    `No backend is left for this run. Failed: ${failed.join(' ')}${rest} Correct one of them, or name another in model.fallbacks of the agent.`,
    {
      retryable: failures.some(({ retryable }) => retryable),
      details: {
        failures: failures.map(({ backend, code }) => ({ backend, code })),
        refused: refused.map(({ backend, reason }) => ({ backend, reason: shorten(reason, MAX_REASON) })),
      },
    },
  );
}
