import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** Two evaluations that cannot be compared as asked. */
export function comparisonInvalid(message: string, details: JsonObject = {}): SwitchyardError {
  return new SwitchyardError('comparison.invalid', message, { details });
}
