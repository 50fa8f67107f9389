import { StreamableHTTPClientTransport, type AuthProvider, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ToolServer } from '@switchyard/contracts';
import type { Environment } from '../servers/server-connection.js';
import { programVariable } from '../servers/named-values.js';
import { headersFor, variableFor } from '../servers/server-variables.js';
import type { Egress } from '../shared/egress.js';
import { boundedFetch } from './bounded-fetch.js';
import { fetchOfOrigin } from './fetch-of-origin.js';
import { limitedProgram } from './limited-program.js';

/**
 * The largest message of a server, in bytes; a larger one ends the connection, and the call as `tool.output_too_large`.
 * The SDK copies what has come so far with every piece of it that arrives: four times this costs seconds.
 */
export const MAX_MESSAGE_BYTES = 16 * 1_024 * 1_024;

export interface TransportParts {
  egress: Egress;
  /** Over HTTP: how the server is authorised at, where it asks for that. */
  authProvider: AuthProvider | undefined;
  /** Of a program: what it writes to its standard error. */
  onWords: (words: string) => void;
}

/**
 * A fresh transport to a server. A program gets only the variables that its definition names (and PATH, HOME and the
 * like); header values come from the environment and stand nowhere else.
 *
 * @throws SwitchyardError `tool_server.env_missing`
 */
export function createTransport(server: ToolServer, environment: Environment, parts: TransportParts): Transport {
  return server.kind === 'mcp-stdio'
    ? stdioTransport(server, environment, parts)
    : httpTransport(server, environment, parts);
}

/** What a program is handed, secrets among it. @throws SwitchyardError `tool_server.env_missing` */
export function programEnvironment(server: ToolServer, environment: Environment): Record<string, string> {
  return Object.fromEntries(
    server.env.map(programVariable).map(({ variable, from }) => [variable, variableFor(server, from, environment)]),
  );
}

function stdioTransport(server: ToolServer, environment: Environment, { onWords }: TransportParts): Transport {
  const transport = new StdioClientTransport({
    ...limitedProgram(server),
    env: programEnvironment(server, environment),
    stderr: 'pipe',
    maxBufferSize: MAX_MESSAGE_BYTES,
    ...(server.cwd === '' ? {} : { cwd: server.cwd }),
  });
  const written = new TextDecoder();
  transport.stderr?.on('data', (chunk: Buffer) => onWords(written.decode(chunk, { stream: true })));
  return transport;
}

function httpTransport(
  server: ToolServer,
  environment: Environment,
  { egress, authProvider }: TransportParts,
): Transport {
  const headers = headersFor(server, environment);
  return new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers },
    fetch: boundedFetch(MAX_MESSAGE_BYTES, fetchOfOrigin(egress)),
    // Who calls decides what is done about it.
    onInsufficientScope: 'throw',
    ...(authProvider ? { authProvider } : {}),
  });
}
