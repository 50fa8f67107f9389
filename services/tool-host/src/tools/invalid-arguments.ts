import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** Arguments that fit the schema and still cannot be meant. @param details more of them, beside the tool */
export function invalidArguments(
  tool: string,
  message: string,
  { cause, details = {} }: { cause?: unknown; details?: JsonObject } = {},
): SwitchyardError {
  return new SwitchyardError('tool.invalid_arguments', message, { details: { tool, ...details }, cause });
}
