import { SwitchyardError } from '@switchyard/contracts';

/** A record that is well-formed, and not to be taken. */
export function notImported(why: string): SwitchyardError {
  return new SwitchyardError('memory.import.invalid', why);
}
