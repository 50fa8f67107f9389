import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import type { IdOf } from './openai-calls.js';
import { callEntries, wholeCalls } from './openai-calls.js';
import { openaiChatWire } from './openai-chat.js';
import type { ServerWire, Writing } from './wire.js';

const MEMBERS = new Set([
  'model',
  'messages',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'random_seed',
  'response_format',
]);

/** What may follow what, as the published validator (`mistral-common`) has it. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  system: ['system', 'user', 'assistant'],
  user: ['system', 'user', 'assistant'],
  assistant: ['user', 'assistant', 'tool'],
  tool: ['assistant', 'tool'],
};

const idOf: IdOf = (call) => call.id.slice(0, 9);

/**
 * Mistral's chat completions: OpenAI's form, with the order, the ids and the thinking of the real endpoint. Their path is
 * OpenAI's, so they have a place below their name.
 */
export const mistralWire: ServerWire = {
  basePath: '/mistral/v1',
  path: '/mistral/v1/chat/completions',
  read,
  whole: (writing) => ({
    ...envelope(writing, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: content(writing.answer.reasoning, writing.answer.text),
          tool_calls: writing.answer.calls.length === 0 ? null : wholeCalls(writing, idOf),
        },
        finish_reason: finishReason(writing),
      },
    ],
    usage: usage(writing),
  }),
  events: (writing) => {
    const base = envelope(writing, 'chat.completion.chunk');
    const chunk = (delta: JsonObject, more: JsonObject = {}, finish: string | null = null): string =>
      line({ ...base, choices: [{ index: 0, delta, finish_reason: finish }], ...more });
    return [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(writing.answer.reasoning).map((text) => chunk({ content: [thinking(text)] })),
      ...pieces(writing.answer.text, writing.answer.pieceLength).map((text) => chunk({ content: text })),
      ...callEntries(writing, idOf).map((entry) => chunk({ tool_calls: [entry] })),
      // Nobody asks for the usage: it stands in the last chunk.
      chunk({ content: '' }, { usage: usage(writing) }, finishReason(writing)),
      'data: [DONE]\n\n',
    ];
  },
  error: ({ type, message, code }) => ({ object: 'error', message, type, param: null, code }),
  errorEvent: () =>
    line({ object: 'error', message: 'Service unavailable.', type: 'service_unavailable', param: null, code: '3000' }),
  overflow: (tokens, window) => ({
    type: 'invalid_request_error',
    code: '3051',
    message: `Prompt contains ${tokens} tokens, too large for model with ${window} maximum context length`,
  }),
};

function thinking(text: string): JsonObject {
  return { type: 'thinking', thinking: [{ type: 'text', text }] };
}

function content(reasoning: string, text: string): string | JsonObject[] {
  return reasoning === '' ? text : [thinking(reasoning), { type: 'text', text }];
}

function finishReason({ answer, quirk }: Writing): string {
  return quirk?.fault === 'quirk-finish-stop' && answer.finish === 'tool_calls' ? 'stop' : answer.finish;
}

function usage({ tokens }: Writing): JsonObject {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
  };
}

function envelope({ model }: Writing, object: string): JsonObject {
  return {
    id: randomUUID().replaceAll('-', ''),
    object,
    created: Math.floor(Date.now() / 1_000),
    model,
  };
}

function line(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function read(body: unknown, path: string): SimulatedRequest {
  const request = asObject(body) ?? {};
  for (const key of Object.keys(request))
    if (!MEMBERS.has(key))
      throw new WireRefusal(422, 'invalid_request_error', `Extra inputs are not permitted: ${key}`);
  const messages = Array.isArray(request['messages']) ? request['messages'].map((each) => asObject(each) ?? {}) : [];
  checkOrder(messages);
  for (const message of messages) checkMessage(message);
  // What is left is read as OpenAI's, which says `required` for a call that must be.
  const choice = request['tool_choice'] === 'any' ? { tool_choice: 'required' } : {};
  return openaiChatWire.read({ ...request, ...choice }, path);
}

function checkOrder(messages: readonly JsonObject[]): void {
  const roles = messages.map((message) => String(message['role']));
  if (roles.length === 0) throw refusal('Conversation must have at least one message');
  roles.forEach((role, index) => {
    const before = roles[index - 1];
    if (before !== undefined && FOLLOWS[before]?.includes(role) !== true)
      throw refusal(`Unexpected role '${role}' after role '${before}'`, 'invalid_request_message_order');
  });
  if (roles.at(-1) === 'assistant')
    throw refusal('Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant');
}

function checkMessage(message: JsonObject): void {
  const calls = Array.isArray(message['tool_calls']) ? message['tool_calls'] : [];
  const said = message['content'];
  const isEmpty = said === undefined || said === null || said === '' || (Array.isArray(said) && said.length === 0);
  if (message['role'] === 'assistant' && calls.length === 0 && isEmpty)
    throw refusal('Assistant message must have either content or tool_calls, but not none.');
  const ids = [...calls.map((call) => asObject(call)?.['id']), message['tool_call_id']];
  for (const id of ids.filter((each) => each !== undefined))
    if (!/^[a-zA-Z0-9]{9}$/.test(String(id)))
      throw refusal(`Tool call id was ${String(id)} but must be a-z, A-Z, 0-9, with a length of 9.`);
}

function refusal(message: string, type = 'invalid_request_error'): WireRefusal {
  return new WireRefusal(400, type, message, '3230');
}
