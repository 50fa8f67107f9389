import { SwitchyardError, toErrorInfo, type JsonObject } from '@switchyard/contracts';
import { statusOf } from './error-status.js';

/** What every failed request answers: one shape for people and programs. */
export interface ErrorBody {
  error: { code: string; message: string; retryable: boolean; details: JsonObject; trace_id: string };
}

export interface HttpFailure {
  status: number;
  body: ErrorBody;
  /** Seconds. */
  retryAfter?: number;
  /** Nobody foresaw it: it belongs in the log with its stack. */
  unforeseen: boolean;
}

/** Failures that a client may meet again at once if nothing tells it to wait. */
const DEFAULT_RETRY_AFTER_SECONDS = 1;

/** The answer for anything that was thrown. What nobody foresaw, here or in a service, is not told to the outside. */
export function httpFailure(thrown: unknown, traceId: string): HttpFailure {
  const info = toErrorInfo(fromFramework(thrown));
  const status = statusOf(info);
  const unforeseen = info.code === 'internal';
  const body: ErrorBody = {
    error: {
      code: info.code,
      message: unforeseen
        ? `Something failed inside Switchyard. Its log has the reason under trace id ${traceId || 'of this time'}; try again.`
        : info.message,
      retryable: info.retryable,
      details: unforeseen ? {} : (info.details ?? {}),
      trace_id: traceId,
    },
  };
  const failure: HttpFailure = { status, body, unforeseen };
  if (status !== 429 && status !== 503) return failure;
  const asked = info.details?.['retry_after_seconds'];
  return { ...failure, retryAfter: typeof asked === 'number' ? Math.ceil(asked) : DEFAULT_RETRY_AFTER_SECONDS };
}

/** Fastify and Nest say what is wrong with a request by status; anything of theirs from 500 up is unforeseen. */
function fromFramework(thrown: unknown): unknown {
  if (thrown instanceof SwitchyardError || !(thrown instanceof Error)) return thrown;
  const status = frameworkStatus(thrown);
  if (status === undefined || status >= 500) return thrown;
  const code = FRAMEWORK_CODES[status] ?? 'http.bad_request';
  return new SwitchyardError(code, `${thrown.message.replace(/\.$/, '')}.`, { cause: thrown });
}

const FRAMEWORK_CODES: Readonly<Record<number, string>> = {
  404: 'route.not_found',
  413: 'http.body_too_large',
  415: 'http.unsupported_media_type',
};

function frameworkStatus(error: Error): number | undefined {
  if ('getStatus' in error && typeof error.getStatus === 'function') {
    const status: unknown = error.getStatus();
    return typeof status === 'number' ? status : undefined;
  }
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
