import type { ErrorInfo } from '@switchyard/contracts';
import type { RunError } from './run-state.js';

/** An event's ErrorInfo as the state keeps it. */
export function runError(info: ErrorInfo | undefined): RunError {
  const { code = 'internal', message = '', retryable = false, details = {} } = info ?? {};
  return { code, message, retryable, details };
}
