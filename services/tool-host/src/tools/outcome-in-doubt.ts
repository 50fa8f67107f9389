import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/**
 * The call was begun and nobody can say whether its effect happened: the connection broke, the time was up, the run was
 * cancelled. For an irreversible call this is the status `unknown`; any other one has simply failed.
 */
export class OutcomeInDoubt extends SwitchyardError {
  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; details?: JsonObject; cause?: unknown } = {},
  ) {
    super(code, message, { retryable: true, ...options });
  }
}
