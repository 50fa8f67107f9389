import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';

/** Failures of a probe that say what to do: `probe.<code>`. */
export function probeError(
  code: 'url_invalid' | 'model_needed' | 'moved' | 'web_page' | 'no_api',
  message: string,
  more: { kind?: ModelErrorKind; status?: number | undefined; cause?: unknown } = {},
): ModelError {
  return new ModelError({ kind: 'bad_request', ...more, code: `probe.${code}`, message });
}
