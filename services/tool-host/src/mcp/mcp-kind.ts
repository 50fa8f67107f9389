import type { ToolServer } from '@switchyard/contracts';
import { checkHttpUrl } from '../servers/check-tool-server.js';
import type { ServerKind } from '../servers/server-connection.js';
import { invalidServer } from '../servers/server-failure.js';
import { MAX_TIMEOUT_MS } from '../tools/unusable-limit.js';
import { checkOAuth } from './auth/check-oauth.js';
import type { OAuthStore } from './auth/oauth-store.js';
import { McpConnection } from './mcp-connection.js';

const MAX_IDLE_SECONDS = 86_400;

/**
 * MCP servers: programs on a pipe, and streamable HTTP.
 *
 * @param logins what is kept of those that ask for authorisation
 */
export function createMcpKind(logins: OAuthStore): ServerKind {
  return {
    names: ['mcp-stdio', 'mcp-http'],
    source: 'mcp',
    check,
    connect: (options) => new McpConnection(options, logins),
  };
}

function check(server: ToolServer): void {
  if (server.kind === 'mcp-http') checkHttpUrl(server);
  if (server.kind === 'mcp-stdio' && server.command === '') throw invalidServer(server.name, 'it has no command');
  if ([server.command, ...server.args, server.cwd].some((text) => text.includes('\0')))
    throw invalidServer(server.name, 'its command has a NUL character');
  const { idleStopSeconds = 0, memoryMb = 0, cpuSeconds = 0, longestMs = 0 } = server.mcp ?? {};
  if (server.kind !== 'mcp-stdio' && idleStopSeconds + memoryMb + cpuSeconds > 0)
    throw invalidServer(server.name, 'only programs have limits and are ended');
  if (idleStopSeconds > MAX_IDLE_SECONDS)
    throw invalidServer(server.name, `its idle_stop_seconds are more than ${MAX_IDLE_SECONDS}`);
  if (longestMs > MAX_TIMEOUT_MS) throw invalidServer(server.name, `its longest_ms are more than ${MAX_TIMEOUT_MS}`);
  checkOAuth(server);
}
