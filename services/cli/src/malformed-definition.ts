import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** `definition.malformed`: what is wrong with a definition, said of its file; `-` is standard input. */
export function malformedDefinition(file: string, reason: string, details: JsonObject = {}): SwitchyardError {
  const name = file === '-' ? 'Standard input' : file;
  return new SwitchyardError('definition.malformed', `${name} cannot be used: ${reason}.`, {
    details: { file, ...details },
  });
}
