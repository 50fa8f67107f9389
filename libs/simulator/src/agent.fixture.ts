import type {
  Backend,
  CanonicalMessage,
  JsonObject,
  CallOptions,
  ModelRequest,
  ModelResponse,
  ToolDefinition,
} from '@switchyard/models';
import { completeModel, textOf, toolResultMessage, userMessage } from '@switchyard/models';

const tool = (
  name: string,
  description: string,
  properties: Record<string, JsonObject>,
  required = Object.keys(properties),
): ToolDefinition => ({
  name,
  description,
  inputSchema: { type: 'object', properties, required, additionalProperties: false },
});
const text = { type: 'string' };

/** Tools as the platform offers them. */
export const TOOLS: readonly ToolDefinition[] = [
  tool('calculator', 'Evaluates an arithmetic expression', { expression: text }),
  tool('clock', 'Tells the current date and time in a time zone', { timezone: text }, []),
  tool('files_read', 'Reads a text file', { path: text }),
  tool('files_list', 'Lists the files of a folder', { path: text }, []),
  tool(
    'http_fetch',
    'Fetches a web page by its URL',
    { url: text, method: { type: 'string', enum: ['GET', 'HEAD'] } },
    ['url'],
  ),
  tool('memory_save', 'Remembers a fact about the user', { content: text }),
  tool('memory_search', 'Searches what was remembered', { query: text }),
];

export type Handler = (args: Record<string, unknown>) => string | Error;

export interface Conversation {
  answer: string;
  calls: { name: string; arguments: unknown }[];
  responses: ModelResponse[];
  messages: CanonicalMessage[];
}

/** Runs an agent: asks, calls the tools, asks again, until there is an answer. */
export async function converse(
  backend: Backend,
  input: string | CanonicalMessage[],
  handlers: Record<string, Handler>,
  request: Partial<ModelRequest> = {},
  options: CallOptions = {},
): Promise<Conversation> {
  const messages = typeof input === 'string' ? [userMessage(input)] : [...input];
  const seen: Conversation = { answer: '', calls: [], responses: [], messages };
  for (let turn = 0; turn < 8; turn++) {
    const response = await completeModel(backend, { tools: TOOLS, ...request, messages }, options);
    seen.responses.push(response);
    messages.push(response.message);
    if (response.finishReason !== 'tool_calls') return { ...seen, answer: textOf(response.message) };
    for (const { call, reason } of response.rejectedCalls)
      messages.push(toolResultMessage(call, reason, { isError: true }));
    for (const call of response.toolCalls) {
      seen.calls.push({ name: call.name, arguments: call.arguments });
      const result = handlers[call.name]?.(call.arguments) ?? new Error(`there is no ${call.name}`);
      messages.push(
        result instanceof Error
          ? toolResultMessage(call, result.message, { isError: true })
          : toolResultMessage(call, result),
      );
    }
  }
  throw new Error('the conversation did not end');
}
