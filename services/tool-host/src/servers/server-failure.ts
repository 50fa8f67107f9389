import { SwitchyardError, type ErrorInfo } from '@switchyard/contracts';

/** A server that could not be connected to. */
export function unavailable(server: string, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.unavailable',
    `The tool server "${server}" cannot be reached: ${why}. Try again later.`,
    { retryable: true, details: { server }, cause },
  );
}

/** It has nothing of the kind that it was asked for. */
export function unsupported(server: string, method: string): SwitchyardError {
  return new SwitchyardError(
    'tool_server.unsupported',
    `The tool server "${server}" has nothing to answer ${method} with.`,
    { details: { server, method } },
  );
}

/** A definition that cannot be used. */
export function invalidServer(server: string, why: string): SwitchyardError {
  return new SwitchyardError('tool_server.invalid', `The tool server "${server}" cannot be used: ${why}.`, {
    details: { server },
  });
}

/** A server that has not been connected to, in the words of its last failure. Retryable whatever that was: what is missing may be there by then. */
export function stillUnavailable(server: string, lastError: ErrorInfo | undefined, otherwise: string): SwitchyardError {
  if (!lastError) return unavailable(server, otherwise);
  const { message, details } = lastError;
  return new SwitchyardError('tool.unavailable', message, { retryable: true, details: { ...details, server } });
}
