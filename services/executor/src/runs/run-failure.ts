import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** Ends the run: thrown where going on, or trying again, makes no sense. Becomes the error of RunFailed. */
export class RunFailure extends SwitchyardError {
  /** @param retryable whether the same task may succeed later, for who published it */
  static of(error: SwitchyardError): RunFailure {
    const { code, message, retryable, details, cause } = error;
    return new RunFailure(code, message, { retryable, details, cause });
  }

  static because(code: string, message: string, details: JsonObject = {}): RunFailure {
    return new RunFailure(code, message, { details });
  }
}
