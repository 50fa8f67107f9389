import { isInputRequiredResult, type Client, type Tool as McpTool } from '@modelcontextprotocol/client';
import type { JsonObject } from '@switchyard/contracts';
import { traceHeaders } from '@switchyard/telemetry';
import type { CallOptions } from '../servers/server-connection.js';
import { nobodyToAsk } from '../tools/call-input.js';
import type { ToolOutput } from '../tools/tool.js';
import { outputOf } from './mcp-content.js';
import { questionsOf, responsesOf } from './mcp-questions.js';

/** Where a tool of an MCP server finds its idempotency key: a name of our own below our own prefix, as the specification asks. */
export const IDEMPOTENCY_KEY_META = 'switchyard/idempotency_key';
/** A server that asks on and on is not served on and on. */
const MAX_ROUNDS = 10;
/** The SDK's own clock is not used: the call's signal ends it when its time is up. */
const NO_TIMEOUT_MS = 24 * 60 * 60_000;

/** What goes with a call that is made again with answers. Source: MCP 2026-07-28, multi-round-trip requests. */
interface Resumed {
  inputResponses?: ReturnType<typeof responsesOf>;
  requestState?: string;
}

/**
 * Calls a tool, and calls it again with what people answered, until it has a result.
 *
 * @throws the SDK's errors; SwitchyardError `tool.input_required`, `tool.input_refused`; InputAwaited
 */
export async function callMcpTool(
  client: Client,
  { server, tool, args }: { server: string; tool: McpTool; args: JsonObject },
  { callId, signal, alive, input }: CallOptions,
): Promise<ToolOutput> {
  const last = input?.answered.at(-1);
  let resumed: Resumed = last && !last.held ? resumedWith(responsesOf(last.answers), last.state) : {};
  for (let round = 0; round <= MAX_ROUNDS; round++) {
    const result = await client.callTool(
      { name: tool.name, arguments: args, _meta: callMeta(callId), ...resumed },
      {
        signal,
        timeout: NO_TIMEOUT_MS,
        allowInputRequired: true,
        ...(alive ? { onprogress: () => alive() } : {}),
        // Without its output schema: what becomes of an answer of another form is decided by the effect of the call.
        toolDefinition: { name: tool.name, inputSchema: tool.inputSchema },
      },
    );
    if (!isInputRequiredResult(result)) return outputOf(result);
    const { inputRequests = {}, requestState: state } = result;
    const questions = questionsOf(server, inputRequests);
    // Without a question it only wants to be asked again.
    if (questions.length === 0) resumed = resumedWith(undefined, state);
    else if (!input) throw nobodyToAsk(tool.name);
    else {
      const asked = { questions, held: false, ...(state === undefined ? {} : { state }) };
      resumed = resumedWith(responsesOf(await input.ask(asked)), state);
    }
  }
  throw nobodyToAsk(tool.name);
}

function resumedWith(inputResponses: Resumed['inputResponses'], requestState: string | undefined): Resumed {
  return {
    ...(inputResponses === undefined ? {} : { inputResponses }),
    ...(requestState === undefined ? {} : { requestState }),
  };
}

/** What goes with a call: its key, and the active trace as MCP carries it: bare W3C keys (specification 2026-07-28, `_meta`). */
function callMeta(callId: string): Record<string, string> {
  return { [IDEMPOTENCY_KEY_META]: callId, ...traceHeaders() };
}
