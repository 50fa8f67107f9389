import { SwitchyardError } from '@switchyard/contracts';

/** Arguments that fit the schema and still cannot be meant. */
export function invalidArguments(tool: string, message: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError('tool.invalid_arguments', message, { details: { tool }, cause });
}
