import type { Client, Tool as McpTool } from '@modelcontextprotocol/client';
import type { JsonObject } from '@switchyard/contracts';
import { traceHeaders } from '@switchyard/telemetry';
import type { CallOptions } from '../servers/server-connection.js';
import type { ToolOutput } from '../tools/tool.js';
import { outputOf } from './mcp-content.js';

/** Where a tool of an MCP server finds its idempotency key: a name of our own below our own prefix, as the specification asks. */
export const IDEMPOTENCY_KEY_META = 'switchyard/idempotency_key';

/** The SDK's own clock is not used: the call's signal ends it when its time is up. */
const NO_TIMEOUT_MS = 24 * 60 * 60_000;

/** @throws the SDK's errors */
export async function callMcpTool(
  client: Client,
  { tool, args }: { tool: McpTool; args: JsonObject },
  { callId, signal, alive }: CallOptions,
): Promise<ToolOutput> {
  const result = await client.callTool(
    { name: tool.name, arguments: args, _meta: callMeta(callId) },
    {
      signal,
      timeout: NO_TIMEOUT_MS,
      ...(alive ? { onprogress: () => alive() } : {}),
      // Without its output schema: what a server promises of its answers is no reason to refuse one.
      toolDefinition: { name: tool.name, inputSchema: tool.inputSchema },
    },
  );
  return outputOf(result);
}

/** What goes with a call: its key, and the active trace as MCP carries it: bare W3C keys (specification 2026-07-28, `_meta`). */
function callMeta(callId: string): Record<string, string> {
  return { [IDEMPOTENCY_KEY_META]: callId, ...traceHeaders() };
}
