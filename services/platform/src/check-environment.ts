import { ConfigError, loadConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';

/** A wrong setting is said before anything is started. @throws SwitchyardError `config.invalid` naming every bad variable */
export function checkEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new SwitchyardError(error.code, error.message, { details: { problems: [...error.problems] }, cause: error });
  }
}
