import type { CanonicalMessage, JsonObject, Part, TextPart, ToolDefinition } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { decodeSegment } from './decode-segment.js';

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** What the client says of a tool that it has to name and does not offer: a model would not call it. */
const WITHHELD = /^Not available/;

/** Model and operation. The model id is encoded, and may hold a slash by that. */
export const BEDROCK_PATHS = /^\/model\/([^/]+)\/(converse|converse-stream)$/;

/** Reads a request of Converse. Throws `WireRefusal` with the words of the real endpoint. */
export function readConverse(body: unknown, path: string): SimulatedRequest {
  const [, model = '', operation] = BEDROCK_PATHS.exec(path) ?? [];
  const request = asObject(body);
  if (request === undefined) throw refusal('The request body is not an object.');
  const config = asObject(request['toolConfig']);
  const tools = config === undefined ? [] : readTools(config);
  const system = listOf(request['system']).map((block): TextPart => ({ type: 'text', text: textOf(block, 'system') }));
  const choice = asObject(config?.['toolChoice']) ?? {};
  const named = asObject(choice['tool'])?.['name'];
  const { maxTokens } = asObject(request['inferenceConfig']) ?? {};
  const messages = readMessages(listOf(request['messages']), config !== undefined);
  return {
    model: decodeSegment(model),
    messages: [...(system.length === 0 ? [] : [{ role: 'system' as const, parts: system }]), ...messages],
    tools: tools.filter(({ description }) => !WITHHELD.test(description ?? '')),
    toolChoice: typeof named === 'string' ? { name: named } : choice['any'] === undefined ? 'auto' : 'required',
    parallelToolCalls: true,
    stream: operation === 'converse-stream',
    streamUsage: true,
    maxOutputTokens: typeof maxTokens === 'number' ? maxTokens : 4_096,
  };
}

function readTools(config: JsonObject): ToolDefinition[] {
  const tools = listOf(config['tools']).map((entry, index) => {
    const { name, description, inputSchema } = asObject(entry['toolSpec']) ?? {};
    const at = `toolConfig.tools.${index}.toolSpec`;
    if (typeof name !== 'string' || !NAME.test(name))
      throw refusal(`Value at '${at}.name' failed to satisfy constraint`);
    if (description === '') throw refusal(`Value at '${at}.description' failed to satisfy constraint`);
    const schema = asObject(asObject(inputSchema)?.['json']);
    if (schema?.['type'] !== 'object')
      throw refusal(`The value at ${at}.inputSchema.json.type must be one of the following: object.`);
    return { name, ...(typeof description === 'string' ? { description } : {}), inputSchema: schema };
  });
  if (tools.length === 0) throw refusal("Value at 'toolConfig.tools' failed to satisfy constraint");
  return tools;
}

/** Roles alternate, and each call is answered at the beginning of the next message. */
function readMessages(messages: readonly JsonObject[], hasTools: boolean): CanonicalMessage[] {
  const read: CanonicalMessage[] = [];
  let open = new Map<string, string>();
  messages.forEach((message, index) => {
    const { role } = message;
    if (role !== (index % 2 === 0 ? 'user' : 'assistant')) {
      throw refusal(
        index === 0
          ? 'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
          : 'A conversation must alternate between user and assistant roles.',
      );
    }
    const content = listOf(message['content']);
    if (content.length === 0) throw refusal(`The content field in the Message object at messages.${index} is empty.`);
    const parts = content.map((block, at) => readBlock(block, role, `messages.${index}.content.${at}`, open));
    if (!hasTools && parts.some(({ type }) => type === 'tool_call' || type === 'tool_result'))
      throw refusal('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
    if (role === 'assistant') {
      if (parts.at(-1)?.type === 'reasoning')
        throw refusal(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
      open = new Map(parts.flatMap((part) => (part.type === 'tool_call' ? [[part.id, part.name] as const] : [])));
      // Seen with newer models, which take text behind a call for a prefill.
      if (open.size > 0 && parts.at(-1)?.type === 'text')
        throw refusal(
          'This model does not support assistant message prefill. The conversation must end with a user message.',
        );
      read.push({ role: 'assistant', parts });
      return;
    }
    const results = parts.filter((part) => part.type === 'tool_result');
    const missing = [...open.keys()].filter((id) => !results.some(({ callId }) => callId === id));
    if (missing.length > 0)
      throw refusal(
        `Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(', ')}`,
      );
    open = new Map();
    if (results.length > 0) read.push({ role: 'tool', parts: results });
    const others = parts.filter((part) => part.type !== 'tool_result');
    if (others.length > 0) read.push({ role: 'user', parts: others });
  });
  if (messages.length % 2 === 0)
    throw refusal(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  return read;
}

function readBlock(block: JsonObject, role: string, at: string, open: ReadonlyMap<string, string>): Part {
  const toolUse = asObject(block['toolUse']);
  const toolResult = asObject(block['toolResult']);
  if (role === 'assistant' && block['reasoningContent'] !== undefined) {
    const { text, signature } = asObject(asObject(block['reasoningContent'])?.['reasoningText']) ?? {};
    if (text !== undefined && signature === undefined) throw refusal(`${at}: thinking.signature: Field required`);
    return { type: 'reasoning', text: typeof text === 'string' ? text : '' };
  }
  if (role === 'assistant' && toolUse !== undefined) {
    const { toolUseId, name } = toolUse;
    const input = asObject(toolUse['input']);
    if (typeof toolUseId !== 'string' || !NAME.test(toolUseId) || typeof name !== 'string' || !NAME.test(name))
      throw refusal(
        `Value at '${at}.toolUse' failed to satisfy constraint: Member must satisfy regular expression pattern`,
      );
    if (input === undefined) throw refusal(`The format of the value at ${at}.toolUse.input is invalid.`);
    return { type: 'tool_call', id: toolUseId, name, arguments: input };
  }
  if (role === 'user' && toolResult !== undefined) {
    const callId = String(toolResult['toolUseId']);
    const name = open.get(callId);
    if (name === undefined)
      throw refusal('The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.');
    const content = listOf(toolResult['content']);
    const isError = toolResult['status'] === 'error';
    if (content.length === 0 && isError)
      throw refusal(`The content field at ${at}.toolResult cannot be empty when status value is error.`);
    const parts = content.flatMap((inner): TextPart[] =>
      inner['image'] === undefined
        ? [{ type: 'text', text: String(inner['text'] ?? JSON.stringify(inner['json'])) }]
        : [],
    );
    return { type: 'tool_result', callId, name, parts, isError };
  }
  if (role === 'user' && block['image'] !== undefined) return { type: 'image', mediaType: 'image/*', url: 'simulated' };
  return { type: 'text', text: textOf(block, at) };
}

function textOf(block: JsonObject, at: string): string {
  const { text } = block;
  if (typeof text !== 'string') throw refusal(`Unknown content block at ${at}: ${Object.keys(block).join(', ')}`);
  if (text.trim() === '') throw refusal(`The text field in the ContentBlock object at ${at} is blank.`);
  return text;
}

function listOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : []).map((entry) => asObject(entry) ?? {});
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'ValidationException', message);
}
