import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf, messageOf } from '../shared/error-text.js';
import { NEVER_SENT } from '../shared/never-sent.js';
import { unavailable } from '../servers/server-failure.js';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import { MAX_MESSAGE_BYTES } from './mcp-transport.js';

/** What a failed call tells about the call and about the connection. */
export interface McpFailure {
  error: SwitchyardError;
  /** The request cannot have reached the tool: it may be sent again. */
  notExecuted: boolean;
  /** The connection is of no more use. */
  disconnected: boolean;
}

/** An answer that says that the request was not taken: not authorised, or a session that the server has forgotten. */
const NOT_TAKEN = new Set([400, 401, 403, 404, 405, 429, 503]);

/** A request that was not let out, or that the server sent elsewhere instead of taking it. */
const REFUSED_HERE = new Set(['tool.egress_refused', 'tool.redirect_refused']);

/** Reads an error of the SDK. Where nobody knows whether the tool ran, the error is an `OutcomeInDoubt`. */
export function failureOfCall(server: string, tool: string, error: unknown): McpFailure {
  const details = { server, tool };
  if (ProtocolError.isInstance(error)) {
    const failed = new SwitchyardError(
      'tool.failed',
      `"${tool}" of ${server} answered with an error: ${messageOf(error)}.`,
      {
        details: { ...details, mcp_code: error.code },
        cause: error,
      },
    );
    return { error: failed, notExecuted: false, disconnected: false };
  }
  if (SdkHttpError.isInstance(error) && NOT_TAKEN.has(error.data.status)) {
    return unreached(server, error, `it answered with HTTP ${error.data.status}`, error.data.status === 404);
  }
  if (SdkError.isInstance(error)) return failureOfSdk(server, tool, error);
  // In words of our own already: of what was not let out, or of its authorisation, where another attempt would end alike.
  if (error instanceof SwitchyardError)
    return { error, notExecuted: REFUSED_HERE.has(error.code), disconnected: false };
  const reason = reasonOf(error);
  if (NEVER_SENT.has(reason)) return unreached(server, error, reason, true);
  return {
    error: inDoubt('tool.disconnected', server, tool, messageOf(error), error),
    notExecuted: false,
    disconnected: true,
  };
}

/** Whether a connection broke because the server wrote more at once than it may. The SDK has no code for it, and wraps ours. */
export function isMessageTooLarge(error: unknown): boolean {
  return messageOf(error).includes('exceeded maximum size of');
}

/** A call that ended with such a connection: the tool has run, and its answer is lost. */
export function outputTooLarge(server: string, tool: string): OutcomeInDoubt {
  return new OutcomeInDoubt(
    'tool.output_too_large',
    `${server} answered with more than ${MAX_MESSAGE_BYTES / 1_024 / 1_024} MiB at once while "${tool}" was called, and the answer is lost. Ask for less, or for a part of it.`,
    { retryable: false, details: { server, tool, limit_bytes: MAX_MESSAGE_BYTES } },
  );
}

function failureOfSdk(server: string, tool: string, error: SdkError): McpFailure {
  switch (error.code) {
    case SdkErrorCode.NotConnected:
      return unreached(server, error, 'the connection is closed', true);
    case SdkErrorCode.RequestTimeout:
      return {
        error: inDoubt('tool.timeout', server, tool, 'it did not answer in time', error),
        notExecuted: false,
        disconnected: false,
      };
    case SdkErrorCode.ConnectionClosed:
    case SdkErrorCode.SendFailed:
      return {
        error: inDoubt('tool.disconnected', server, tool, 'the connection broke', error),
        notExecuted: false,
        disconnected: true,
      };
    case SdkErrorCode.UnsupportedResultType:
      return {
        error: new SwitchyardError(
          'tool.input_required',
          `"${tool}" of ${server} asks for input from a person, which tool calls cannot give.`,
          {
            details: { server, tool },
            cause: error,
          },
        ),
        notExecuted: false,
        disconnected: false,
      };
    default:
      return {
        error: inDoubt('tool.failed', server, tool, messageOf(error), error),
        notExecuted: false,
        disconnected: false,
      };
  }
}

function unreached(server: string, cause: unknown, why: string, disconnected: boolean): McpFailure {
  return { error: unavailable(server, why, cause), notExecuted: true, disconnected };
}

function inDoubt(code: string, server: string, tool: string, why: string, cause: unknown): OutcomeInDoubt {
  return new OutcomeInDoubt(code, `"${tool}" of ${server} gave no answer: ${why}.`, {
    details: { server, tool },
    cause,
  });
}

/** fetch hides the system's error in its cause. */
function reasonOf(error: unknown): string {
  const inner = typeof error === 'object' && error !== null && 'cause' in error ? codeOf(error.cause) : '';
  return inner || codeOf(error);
}
