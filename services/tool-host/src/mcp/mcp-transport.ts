import { StreamableHTTPClientTransport, type AuthProvider, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ToolServer } from '@switchyard/contracts';
import type { Environment } from '../servers/server-connection.js';
import { programVariable } from '../servers/named-values.js';
import { headersFor, variableFor } from '../servers/server-variables.js';
import { Redactor } from '../secrets/redactor.js';
import type { Egress } from '../shared/egress.js';
import { boundedFetch } from './bounded-fetch.js';
import { fetchOfOrigin } from './fetch-of-origin.js';

/** The end of what a server wrote to its standard error, for the message when it dies. */
const STDERR_TAIL = 1_000;
/**
 * The largest message of a server, in bytes; a larger one ends the connection, and the call as `tool.output_too_large`.
 * The SDK copies what has come so far with every piece of it that arrives: four times this costs seconds.
 */
export const MAX_MESSAGE_BYTES = 16 * 1_024 * 1_024;

/** What only requests over HTTP need. */
export interface OverHttp {
  egress: Egress;
  /** How the server is authorised at, where it asks for that. */
  authProvider: AuthProvider | undefined;
}

export interface McpTransport {
  transport: Transport;
  /** What the server last wrote to standard error, without the secrets that it was given; '' for HTTP. */
  stderrTail(): string;
}

/**
 * A fresh transport to a server. A program gets only the variables that its definition names (and PATH, HOME and the
 * like); header values come from the environment and stand nowhere else.
 *
 * @throws SwitchyardError `tool_server.env_missing`
 */
export function createTransport(server: ToolServer, environment: Environment, over: OverHttp): McpTransport {
  return server.kind === 'mcp-stdio' ? stdioTransport(server, environment) : httpTransport(server, environment, over);
}

function stdioTransport(server: ToolServer, environment: Environment): McpTransport {
  const env = Object.fromEntries(
    server.env.map(programVariable).map(({ variable, from }) => [variable, variableFor(server, from, environment)]),
  );
  const transport = new StdioClientTransport({
    command: server.command,
    args: server.args,
    env,
    stderr: 'pipe',
    maxBufferSize: MAX_MESSAGE_BYTES,
    ...(server.cwd === '' ? {} : { cwd: server.cwd }),
  });
  const redactor = new Redactor();
  for (const [name, value] of Object.entries(env)) redactor.add(name, value);
  const written = new TextDecoder();
  // Cut only after what is secret is out of it, and never into a secret that is still arriving: half of one would be left.
  const kept = STDERR_TAIL + redactor.longest;
  let tail = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    tail = redactor.text(tail + written.decode(chunk, { stream: true })).slice(-kept);
  });
  return { transport, stderrTail: () => tail.trim().slice(-STDERR_TAIL) };
}

function httpTransport(server: ToolServer, environment: Environment, { egress, authProvider }: OverHttp): McpTransport {
  const headers = headersFor(server, environment);
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers },
    fetch: boundedFetch(MAX_MESSAGE_BYTES, fetchOfOrigin(egress)),
    // Who calls decides what is done about it.
    onInsufficientScope: 'throw',
    ...(authProvider ? { authProvider } : {}),
  });
  return { transport, stderrTail: () => '' };
}
