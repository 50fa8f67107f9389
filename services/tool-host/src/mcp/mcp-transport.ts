import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { SwitchyardError, type ToolServer } from '@switchyard/contracts';
import { boundedFetch } from './bounded-fetch.js';
import { MAX_RESULT_BYTES } from '../tools/output-limit.js';
import { EFFECTS, isEffect } from '../tools/tool.js';

/** The platform's own credentials: no server is ever handed these. */
const OWN_SECRETS = new Set(['DATABASE_URL', 'NATS_URL']);
/** Longer work belongs to a server that answers at once and is asked again. */
const MAX_TIMEOUT_MS = 15 * 60_000;
/** RFC 9110, 5.6.2: token. */
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The end of what a server wrote to its standard error, for the message when it dies. */
const STDERR_TAIL = 1_000;
/**
 * The largest message of a server, in bytes; a larger one ends the connection, and the call as `tool.output_too_large`.
 * The SDK copies what has come so far with every piece of it that arrives: four times this costs seconds.
 */
export const MAX_MESSAGE_BYTES = 16 * 1_024 * 1_024;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface McpTransport {
  transport: Transport;
  /** What the server last wrote to standard error, without the secrets that it was given; '' for HTTP. */
  stderrTail(): string;
}

/**
 * A fresh transport to a server. A program gets only the variables that its definition names (and PATH, HOME and the
 * like); header values come from the environment and stand nowhere else.
 *
 * @throws SwitchyardError `tool_server.env_missing`, `tool_server.invalid`
 */
export function createTransport(server: ToolServer, environment: Environment): McpTransport {
  return server.kind === 'mcp-stdio' ? stdioTransport(server, environment) : httpTransport(server, environment);
}

/** @throws SwitchyardError `tool_server.invalid` saying what is wrong with a definition */
export function checkToolServer(server: ToolServer): void {
  if (server.kind === 'mcp-stdio' && server.command === '') throw invalid(server, 'it has no command');
  if (server.kind === 'mcp-http') {
    const url = URL.canParse(server.url) ? new URL(server.url) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
      throw invalid(server, 'its url is no http or https address');
    if (url.username !== '' || url.password !== '') throw invalid(server, 'its url holds credentials; use header_env');
  }
  for (const [tool, effect] of Object.entries(server.effects)) {
    if (!isEffect(effect))
      throw invalid(server, `the effect "${effect.slice(0, 64)}" of ${tool} is none of ${EFFECTS.join(', ')}`);
  }
  for (const header of Object.keys(server.headerEnv)) {
    if (!HEADER.test(header)) throw invalid(server, `${JSON.stringify(header.slice(0, 64))} is no name of a header`);
  }
  if ([server.command, ...server.args, server.cwd].some((text) => text.includes('\0')))
    throw invalid(server, 'its command has a NUL character');
  if (server.timeoutMs > MAX_TIMEOUT_MS) throw invalid(server, `its timeout is longer than ${MAX_TIMEOUT_MS} ms`);
  if (server.maxOutputBytes > MAX_RESULT_BYTES)
    throw invalid(server, `its max_output_bytes are more than ${MAX_RESULT_BYTES}, the most that a result has`);
  for (const name of [...server.env, ...Object.values(server.headerEnv)]) {
    if (!VARIABLE.test(name)) throw invalid(server, `"${name.slice(0, 64)}" is no name of an environment variable`);
    if (OWN_SECRETS.has(name)) throw invalid(server, `${name} is the platform's own and is not handed on`);
  }
}

function stdioTransport(server: ToolServer, environment: Environment): McpTransport {
  const env = Object.fromEntries(server.env.map((name) => [name, variable(server, name, environment)]));
  const transport = new StdioClientTransport({
    command: server.command,
    args: server.args,
    env,
    stderr: 'pipe',
    maxBufferSize: MAX_MESSAGE_BYTES,
    ...(server.cwd === '' ? {} : { cwd: server.cwd }),
  });
  const secrets = Object.values(env);
  const written = new TextDecoder();
  // Cut only after what is secret is out of it, and never into a secret that is still arriving: half of one would be left.
  const kept = STDERR_TAIL + Math.max(0, ...secrets.map((secret) => secret.length));
  let tail = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    tail = withoutSecrets(tail + written.decode(chunk, { stream: true }), secrets).slice(-kept);
  });
  return { transport, stderrTail: () => tail.trim().slice(-STDERR_TAIL) };
}

function httpTransport(server: ToolServer, environment: Environment): McpTransport {
  const headers = Object.fromEntries(
    Object.entries(server.headerEnv).map(([header, name]) => [header, variable(server, name, environment)]),
  );
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers },
    fetch: boundedFetch(MAX_MESSAGE_BYTES),
  });
  return { transport, stderrTail: () => '' };
}

function variable(server: ToolServer, name: string, environment: Environment): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SwitchyardError(
    'tool_server.env_missing',
    `The tool server "${server.name}" needs the environment variable ${name}, which is not set for this tool host. Set it and start again.`,
    { details: { server: server.name, variable: name } },
  );
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  // Very short values would blot out half the text, and are no secrets.
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text);
}

function invalid(server: ToolServer, why: string): SwitchyardError {
  return new SwitchyardError('tool_server.invalid', `The tool server "${server.name}" cannot be used: ${why}.`, {
    details: { server: server.name },
  });
}
