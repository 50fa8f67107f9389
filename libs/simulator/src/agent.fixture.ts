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

/** Tools as the platform's tool host offers them. */
export const TOOLS: readonly ToolDefinition[] = [
  tool(
    'calculator',
    'Calculates an arithmetic expression exactly: + - * / ^, brackets, percentages, functions and units.',
    { expression: text },
  ),
  tool(
    'clock',
    'Tells the current date, time and weekday in a time zone or city, or converts a given moment to it. Without a time zone: UTC.',
    { timezone: text, at: text },
    [],
  ),
  tool(
    'file_list',
    'Lists a folder of the files folder: names, types and sizes.',
    { path: text, recursive: { type: 'boolean' } },
    [],
  ),
  tool(
    'file_read',
    'Reads a text file of the files folder. Large files are read in pieces.',
    { path: text, offset: { type: 'integer' } },
    ['path'],
  ),
  tool('file_write', 'Writes a text file of the files folder.', { path: text, content: text }),
  tool(
    'http_fetch',
    'Fetches a public web address with GET and gives its text: pages as readable text with links, JSON and plain text as they are.',
    { url: text },
  ),
  tool(
    'memory_save',
    'Remembers a fact for later conversations. One statement that is clear by itself.',
    { text, tags: { type: 'array', items: text } },
    ['text'],
  ),
  tool(
    'memory_search',
    'Searches what was remembered in earlier conversations: facts, preferences, decisions.',
    { query: text, limit: { type: 'integer' } },
    ['query'],
  ),
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
