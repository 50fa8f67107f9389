import { SwitchyardError, type ToolServer } from '@switchyard/contracts';
import type { Environment } from './server-connection.js';

/** The value of a variable that a server's definition names. @throws SwitchyardError `tool_server.env_missing` */
export function variableFor(server: Pick<ToolServer, 'name'>, name: string, environment: Environment): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SwitchyardError(
    'tool_server.env_missing',
    `The tool server "${server.name}" needs the environment variable ${name}, which is not set for this tool host. Set it and start again.`,
    { details: { server: server.name, variable: name } },
  );
}

/** The headers of a server's definition, with their values from the environment. @throws SwitchyardError `tool_server.env_missing` */
export function headersFor(
  server: Pick<ToolServer, 'name' | 'headerEnv'>,
  environment: Environment,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(server.headerEnv).map(([header, name]) => [header, variableFor(server, name, environment)]),
  );
}
