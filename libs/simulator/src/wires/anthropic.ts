import { randomUUID } from 'node:crypto';
import type { CanonicalMessage, JsonObject, Part, TextPart, ToolDefinition } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import { quirked } from './openai-calls.js';
import type { ServerWire, Writing } from './wire.js';

const STOP_REASONS = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens' } as const;

/** Anthropic's messages, with the checks of the real endpoint. */
export const anthropicWire: ServerWire = {
  basePath: '/v1',
  path: '/v1/messages',
  read,
  whole: (writing) => ({
    ...envelope(writing),
    content: blocks(writing),
    stop_reason: STOP_REASONS[writing.answer.finish],
    stop_sequence: null,
    usage: usage(writing),
  }),
  events,
  error: ({ type, message }) => ({
    type: 'error',
    error: { type, message },
    request_id: `req_${randomUUID().slice(0, 8)}`,
  }),
  errorEvent: () => line('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  failures: {
    '401': { status: 401, type: 'authentication_error', message: 'invalid x-api-key', code: null },
    '404': { status: 404, type: 'not_found_error', message: 'model: simulated', code: null },
    '429': {
      status: 429,
      type: 'rate_limit_error',
      message: "This request would exceed your organization's rate limit.",
      code: null,
    },
    '500': { status: 500, type: 'api_error', message: 'Internal server error', code: null },
    '503': { status: 503, type: 'api_error', message: 'The engine is currently overloaded.', code: null },
  },
  overflow: (tokens, window) => ({
    type: 'invalid_request_error',
    code: null,
    message: `prompt is too long: ${tokens} tokens > ${window} maximum`,
  }),
};

function events(writing: Writing): string[] {
  const content = blocks(writing).flatMap((block, index) => {
    const delta = (change: JsonObject): string => line('content_block_delta', { index, delta: change });
    const start = (empty: JsonObject): string => line('content_block_start', { index, content_block: empty });
    const stop = line('content_block_stop', { index });
    switch (block['type']) {
      case 'thinking':
        return [
          start({ type: 'thinking', thinking: '', signature: '' }),
          ...pieces(String(block['thinking'])).map((thinking) => delta({ type: 'thinking_delta', thinking })),
          delta({ type: 'signature_delta', signature: String(block['signature']) }),
          stop,
        ];
      case 'tool_use': {
        const text = JSON.stringify(block['input']);
        const middle = Math.ceil(text.length / 2);
        const parts =
          writing.answer.finish === 'length' ? [text.slice(0, middle)] : [text.slice(0, middle), text.slice(middle)];
        return [
          start({ ...block, input: {} }),
          ...['', ...parts].map((partial) => delta({ type: 'input_json_delta', partial_json: partial })),
          stop,
        ];
      }
      default:
        return [
          start({ type: 'text', text: '' }),
          ...pieces(String(block['text']), writing.answer.pieceLength).map((text) =>
            delta({ type: 'text_delta', text }),
          ),
          stop,
        ];
    }
  });
  return [
    line('message_start', {
      message: {
        ...envelope(writing),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage(writing), output_tokens: 1 },
      },
    }),
    line('ping', {}),
    ...content,
    line('message_delta', {
      delta: { stop_reason: STOP_REASONS[writing.answer.finish], stop_sequence: null },
      usage: { output_tokens: writing.tokens.output },
    }),
    line('message_stop', {}),
  ];
}

function blocks({ answer, quirk }: Writing): JsonObject[] {
  return [
    ...(answer.reasoning === '' ? [] : [{ type: 'thinking', thinking: answer.reasoning, signature: 'c2ltdWxhdGVk' }]),
    ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
    ...answer.calls
      .map((call) => quirked(call, quirk?.fault))
      .map((call) => ({ type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input: call.arguments })),
  ];
}

function envelope({ model }: Writing): JsonObject {
  return { id: `msg_${randomUUID().replaceAll('-', '')}`, type: 'message', role: 'assistant', model };
}

function usage({ tokens }: Writing): JsonObject {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: tokens.output,
  };
}

function line(event: string, data: JsonObject): string {
  return `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;
}

function read(body: unknown): SimulatedRequest {
  const request = asObject(body);
  if (request === undefined || !Array.isArray(request['messages'])) throw refusal('messages: Field required');
  if (typeof request['model'] !== 'string') throw refusal('model: Field required');
  if (typeof request['max_tokens'] !== 'number') throw refusal('max_tokens: Field required');
  const tools = readTools(request['tools']);
  const choice = asObject(request['tool_choice']) ?? {};
  const named = choice['name'];
  const kinds = { any: 'required', none: 'none' } as const;
  const kind = choice['type'] === 'any' || choice['type'] === 'none' ? kinds[choice['type']] : 'auto';
  const system = readContent(request['system']);
  return {
    model: request['model'],
    messages: [
      ...(system.length === 0 ? [] : [{ role: 'system' as const, parts: system }]),
      ...readMessages(request['messages'], tools),
    ],
    tools,
    toolChoice: typeof named === 'string' ? { name: named } : kind,
    parallelToolCalls: choice['disable_parallel_tool_use'] !== true,
    stream: request['stream'] === true,
    streamUsage: true,
    maxOutputTokens: request['max_tokens'],
  };
}

function readTools(tools: unknown): ToolDefinition[] {
  return (Array.isArray(tools) ? tools : []).map((entry, index) => {
    const tool = asObject(entry) ?? {};
    const { name, description } = tool;
    const schema = asObject(tool['input_schema']);
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      throw refusal(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    }
    if (schema?.['type'] !== 'object') throw refusal(`tools.${index}.custom.input_schema.type: Field required`);
    return { name, ...(typeof description === 'string' ? { description } : {}), inputSchema: schema };
  });
}

/** Roles alternate, and each call is answered at the beginning of the next message. */
function readMessages(messages: readonly unknown[], tools: readonly ToolDefinition[]): CanonicalMessage[] {
  const read: CanonicalMessage[] = [];
  let open = new Map<string, string>();
  messages.forEach((entry, index) => {
    const message = asObject(entry) ?? {};
    const { role } = message;
    if (role !== 'user' && role !== 'assistant')
      throw refusal(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    const previous = asObject(messages[index - 1])?.['role'];
    if (index === 0 ? role !== 'user' : role === previous) {
      throw refusal('messages: roles must alternate between "user" and "assistant", and the first must be "user"');
    }
    const content = readContent(message['content'], open);
    if (content.length === 0) throw refusal(`messages.${index}: all messages must have non-empty content`);
    if (role === 'user') {
      const results = content.filter((part) => part.type === 'tool_result');
      const answered = content
        .slice(0, results.length)
        .filter((part) => part.type === 'tool_result')
        .map((part) => part.callId);
      const missing = [...open.keys()].filter((id) => !answered.includes(id));
      if (missing.length > 0) {
        throw refusal(
          `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}.`,
        );
      }
      open = new Map();
      if (results.length > 0) read.push({ role: 'tool', parts: results });
      const others = content.filter((part) => part.type !== 'tool_result');
      if (others.length > 0) read.push({ role: 'user', parts: others });
      return;
    }
    if (content.at(-1)?.type === 'reasoning')
      throw refusal(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
    for (const part of content) if (part.type === 'tool_call') open.set(part.id, part.name);
    if (open.size > 0 && content.at(-1)?.type === 'text')
      throw refusal(`messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after.`);
    if (open.size > 0 && tools.length === 0)
      throw refusal('Requests which include `tool_use` or `tool_result` blocks must define tools.');
    read.push({ role: 'assistant', parts: content });
  });
  if (open.size > 0)
    throw refusal('messages: `tool_use` ids were found without `tool_result` blocks immediately after.');
  if (asObject(messages.at(-1))?.['role'] !== 'user')
    throw refusal('This model does not support assistant message prefill.');
  return read;
}

function readContent(content: unknown, open: ReadonlyMap<string, string> = new Map()): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((entry): Part => {
    const block = asObject(entry) ?? {};
    switch (block['type']) {
      case 'text':
        if (String(block['text']).trim() === '') throw refusal('messages: text content blocks must be non-empty');
        return { type: 'text', text: String(block['text']) };
      case 'image':
        return { type: 'image', mediaType: 'image/*', url: 'simulated' };
      case 'thinking':
      case 'redacted_thinking':
        return { type: 'reasoning', text: String(block['thinking'] ?? '') };
      case 'tool_use':
        if (!/^[a-zA-Z0-9_-]+$/.test(String(block['id'])))
          throw refusal("messages: tool_use.id should match pattern '^[a-zA-Z0-9_-]+$'");
        return {
          type: 'tool_call',
          id: String(block['id']),
          name: String(block['name']),
          arguments: asObject(block['input']) ?? {},
        };
      case 'tool_result': {
        const id = String(block['tool_use_id']);
        const name = open.get(id);
        if (name === undefined)
          throw refusal(`messages: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}.`);
        const parts = readContent(block['content']).filter((part): part is TextPart => part.type === 'text');
        return { type: 'tool_result', callId: id, name, parts, isError: block['is_error'] === true };
      }
      default:
        throw refusal(`messages: content block of unknown type ${String(block['type'])}`);
    }
  });
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'invalid_request_error', message);
}
