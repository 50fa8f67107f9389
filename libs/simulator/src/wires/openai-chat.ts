import { randomUUID } from 'node:crypto';
import type {
  CanonicalMessage,
  ImagePart,
  JsonObject,
  TextPart,
  ToolCallPart,
  ToolDefinition,
} from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import { callEntries, wholeCalls } from './openai-calls.js';
import type { ServerWire, Writing } from './wire.js';

/** Chat completions, with the checks of the real endpoint. */
export const openaiChatWire: ServerWire = {
  basePath: '/v1',
  path: '/v1/chat/completions',
  read,
  whole: (writing) => ({
    ...envelope(writing, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: writing.answer.text === '' && writing.answer.calls.length > 0 ? null : writing.answer.text,
          ...(writing.answer.reasoning === '' ? {} : { reasoning_content: writing.answer.reasoning }),
          ...(writing.answer.calls.length === 0 ? {} : { tool_calls: wholeCalls(writing) }),
        },
        logprobs: null,
        finish_reason: finishReason(writing),
      },
    ],
    usage: usage(writing),
  }),
  events,
  error: ({ type, message, code }) => ({ error: { message, type, param: null, code } }),
  errorEvent: () =>
    line({
      error: { message: 'The server had an error while processing your request.', type: 'server_error', code: null },
    }),
  overflow: (tokens, window) => ({
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: `This model's maximum context length is ${window} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
  }),
};

function events(writing: Writing): string[] {
  const { answer, request } = writing;
  const base = envelope(writing, 'chat.completion.chunk');
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    line({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(request.streamUsage ? { usage: null } : {}),
    });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(answer.reasoning).map((text) => chunk({ reasoning_content: text })),
    ...pieces(answer.text, answer.pieceLength).map((text) => chunk({ content: text })),
    ...callEntries(writing).map((entry) => chunk({ tool_calls: [entry] })),
    chunk({}, finishReason(writing)),
    ...(request.streamUsage ? [line({ ...base, choices: [], usage: usage(writing) })] : []),
    'data: [DONE]\n\n',
  ];
}

function finishReason({ answer, quirk }: Writing): string {
  return quirk?.fault === 'quirk-finish-stop' && answer.finish === 'tool_calls' ? 'stop' : answer.finish;
}

function usage({ tokens }: Writing): JsonObject {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning },
  };
}

function envelope({ model }: Writing, object: string): JsonObject {
  return {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    object,
    created: Math.floor(Date.now() / 1_000),
    model,
    system_fingerprint: 'simulated',
  };
}

function line(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function read(body: unknown): SimulatedRequest {
  const request = asObject(body);
  if (request === undefined || !Array.isArray(request['messages']) || request['messages'].length === 0) {
    throw refusal("Missing required parameter: 'messages'.");
  }
  if (typeof request['model'] !== 'string') throw refusal('you must provide a model parameter');
  const choice = request['tool_choice'];
  const named = asObject(asObject(choice)?.['function'])?.['name'];
  const limit = request['max_completion_tokens'] ?? request['max_tokens'];
  return {
    model: request['model'],
    messages: readMessages(request['messages']),
    tools: readTools(request['tools']),
    toolChoice:
      typeof named === 'string' ? { name: named } : choice === 'none' || choice === 'required' ? choice : 'auto',
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    stream: request['stream'] === true,
    streamUsage: asObject(request['stream_options'])?.['include_usage'] === true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
  };
}

/** Tools in the form of OpenAI's functions. */
export function readTools(tools: unknown): ToolDefinition[] {
  return (Array.isArray(tools) ? tools : []).map((tool, index) => {
    const definition = asObject(asObject(tool)?.['function']);
    const name = definition?.['name'];
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw refusal(`Invalid 'tools[${index}].function.name': string does not match pattern '^[a-zA-Z0-9_-]{1,64}$'.`);
    }
    const description = definition?.['description'];
    return {
      name,
      ...(typeof description === 'string' ? { description } : {}),
      inputSchema: asObject(definition?.['parameters']) ?? { type: 'object', properties: {} },
    };
  });
}

/** The endpoint wants each call answered right after its message, and nothing answered that was not called. */
function readMessages(messages: readonly unknown[]): CanonicalMessage[] {
  const open = new Map<string, string>();
  const read = messages.map((entry, index): CanonicalMessage => {
    const message = asObject(entry) ?? {};
    const { role } = message;
    if (role === 'tool') {
      const id = String(message['tool_call_id']);
      const name = open.get(id);
      if (name === undefined) {
        throw refusal(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        );
      }
      open.delete(id);
      return {
        role: 'tool',
        parts: [{ type: 'tool_result', callId: id, name, parts: textParts(message['content']), isError: false }],
      };
    }
    refuseOpenCalls(open);
    switch (role) {
      case 'system':
      case 'developer':
        return { role: 'system', parts: readContent(message['content']) };
      case 'user':
        return { role: 'user', parts: readContent(message['content']) };
      case 'assistant': {
        const calls = (Array.isArray(message['tool_calls']) ? message['tool_calls'] : []).map(readCall);
        for (const call of calls) open.set(call.id, call.name);
        return { role: 'assistant', parts: [...textParts(message['content']), ...calls] };
      }
      default:
        throw refusal(
          `Invalid value: '${String(role)}'. Supported values are: 'system', 'assistant', 'user', 'tool', and 'developer'. (messages[${index}].role)`,
        );
    }
  });
  refuseOpenCalls(open);
  return read;
}

function refuseOpenCalls(open: Map<string, string>): void {
  if (open.size === 0) return;
  throw refusal(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open.keys()].join(', ')}`,
  );
}

function readCall(entry: unknown): ToolCallPart {
  const call = asObject(entry) ?? {};
  const definition = asObject(call['function']) ?? {};
  const written = definition['arguments'];
  if (typeof call['id'] !== 'string' || typeof definition['name'] !== 'string' || typeof written !== 'string') {
    throw refusal('Invalid type for tool call: id, function.name and function.arguments must be strings.');
  }
  if (call['id'].length > 40)
    throw refusal(`Invalid tool call id: string too long. Expected at most 40 characters, got ${call['id'].length}.`);
  return { type: 'tool_call', id: call['id'], name: definition['name'], arguments: parseObject(written) };
}

function parseObject(text: string): JsonObject {
  try {
    return asObject(JSON.parse(text)) ?? {};
  } catch {
    throw refusal('Invalid tool call arguments: not valid JSON.');
  }
}

function textParts(content: unknown): TextPart[] {
  return readContent(content).filter((part): part is TextPart => part.type === 'text');
}

function readContent(content: unknown): (TextPart | ImagePart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((entry): TextPart | ImagePart => {
    const part = asObject(entry) ?? {};
    if (part['type'] === 'image_url')
      return { type: 'image', mediaType: 'image/*', url: String(asObject(part['image_url'])?.['url']) };
    return { type: 'text', text: String(part['text'] ?? '') };
  });
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'invalid_request_error', message);
}
