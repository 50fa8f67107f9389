import { create, type JsonObject } from '@bufbuild/protobuf';
import { ErrorInfoSchema, type ErrorInfo } from './gen/switchyard/v1/common_pb.js';

export interface ErrorOptions {
  /** Whether the same request may succeed later. The first question about any error. */
  retryable?: boolean;
  /** For programs: the names and numbers that the message speaks of. Never a secret. */
  details?: JsonObject;
  cause?: unknown;
}

/**
 * Every failure that crosses a border in Switchyard. `code` is dotted and stable (`agent.not_found`); `message` says
 * what happened, why, and what to do.
 */
export class SwitchyardError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: JsonObject;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SwitchyardError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** The error as it stands in a message, a reply or the journal. An unforeseen error becomes `internal`, retryable. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof SwitchyardError) {
    const { code, message, retryable, details } = error;
    return create(
      ErrorInfoSchema,
      Object.keys(details).length > 0 ? { code, message, retryable, details } : { code, message, retryable },
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return create(ErrorInfoSchema, { code: 'internal', message, retryable: true });
}

/** The way back: what a reply carried becomes an error to throw. */
export function fromErrorInfo(info: ErrorInfo): SwitchyardError {
  return new SwitchyardError(info.code || 'internal', info.message, {
    retryable: info.retryable,
    details: info.details ?? {},
  });
}
