import { SwitchyardError, type ToolServer } from '@switchyard/contracts';
import { environmentKey, secretNamed } from '../secrets/secret-reference.js';
import type { Environment } from './server-connection.js';

/**
 * The value of a variable, or of a secret, that a server's definition names.
 *
 * @param tenant whose call it is for, where it is for one: a secret of that tenant's goes before the platform's own
 * @throws SwitchyardError `tool_server.env_missing`, `secrets.…`
 */
export function variableFor(
  server: Pick<ToolServer, 'name'>,
  name: string,
  environment: Environment,
  tenant = '',
): string {
  const isSecret = secretNamed(name) !== undefined;
  const own = isSecret && tenant !== '' ? environment[environmentKey(name, tenant)] : undefined;
  const value = own ?? environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SwitchyardError(
    'tool_server.env_missing',
    isSecret
      ? `The tool server "${server.name}" needs ${name}, which this tool host does not have.`
      : `The tool server "${server.name}" needs the environment variable ${name}, which is not set for this tool host. Set it and start again.`,
    { details: { server: server.name, variable: name } },
  );
}

/** The headers of a server's definition, with their values. @throws SwitchyardError as `variableFor` */
export function headersFor(
  server: Pick<ToolServer, 'name' | 'headerEnv'>,
  environment: Environment,
  tenant = '',
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(server.headerEnv).map(([header, name]) => [header, variableFor(server, name, environment, tenant)]),
  );
}
