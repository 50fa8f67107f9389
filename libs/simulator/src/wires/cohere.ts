import { randomUUID } from 'node:crypto';
import type { CanonicalMessage, JsonObject, Part, ToolCallPart } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import type { IdOf } from './openai-calls.js';
import { callEntries, wholeCalls } from './openai-calls.js';
import { readTools } from './openai-chat.js';
import type { ServerWire, Writing } from './wire.js';

const FINISH_REASONS = { stop: 'COMPLETE', tool_calls: 'TOOL_CALL', length: 'MAX_TOKENS' } as const;

const idOf: IdOf = (call) => `${call.name}_${call.id.slice(0, 12)}`;

/** Cohere's Chat API, version 2, with the checks of the real endpoint. */
export const cohereWire: ServerWire = {
  basePath: '/v2',
  path: '/v2/chat',
  read,
  whole: (writing) => {
    const { answer } = writing;
    const calls = answer.calls.length > 0;
    return {
      id: randomUUID(),
      message: {
        role: 'assistant',
        ...(calls && answer.reasoning !== '' ? { tool_plan: answer.reasoning } : {}),
        content: [
          ...(calls || answer.reasoning === '' ? [] : [{ type: 'thinking', thinking: answer.reasoning }]),
          ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
        ],
        ...(calls ? { tool_calls: wholeCalls(writing, idOf) } : {}),
      },
      finish_reason: finishReason(writing),
      usage: usage(writing),
    };
  },
  events,
  error: ({ message }) => ({ id: randomUUID(), message }),
  errorEvent: () =>
    line('message-end', { delta: { finish_reason: 'ERROR', error: 'an error occurred during the generation' } }),
  overflow: (tokens, window) => ({
    type: '',
    code: null,
    message: `too many tokens: total number of tokens in the prompt cannot exceed ${window} - received ${tokens}.`,
  }),
};

function events(writing: Writing): string[] {
  const { answer } = writing;
  const isPlan = answer.calls.length > 0;
  const block = (index: number, kind: 'text' | 'thinking', text: string): string[] =>
    text === ''
      ? []
      : [
          line('content-start', { index, delta: { message: { content: { type: kind, [kind]: '' } } } }),
          ...pieces(text, kind === 'text' ? answer.pieceLength : undefined).map((piece) =>
            line('content-delta', { index, delta: { message: { content: { [kind]: piece } } } }),
          ),
          line('content-end', { index }),
        ];
  return [
    line('message-start', {
      id: randomUUID(),
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
    }),
    ...(isPlan
      ? pieces(answer.reasoning).map((text) => line('tool-plan-delta', { delta: { message: { tool_plan: text } } }))
      : block(0, 'thinking', answer.reasoning)),
    ...block(isPlan || answer.reasoning === '' ? 0 : 1, 'text', answer.text),
    ...callEvents(writing),
    line('message-end', { delta: { finish_reason: finishReason(writing), usage: usage(writing) } }),
  ];
}

/** A call is announced with its name, and what has none goes on with it. */
function callEvents(writing: Writing): string[] {
  const entries = callEntries(writing, idOf);
  return entries.flatMap(({ index, ...call }, position) => {
    const type = asObject(call['function'])?.['name'] === undefined ? 'tool-call-delta' : 'tool-call-start';
    const isLast = entries[position + 1]?.['index'] !== index;
    return [
      line(type, { index, delta: { message: { tool_calls: call } } }),
      ...(isLast && writing.answer.finish !== 'length' ? [line('tool-call-end', { index })] : []),
    ];
  });
}

function finishReason({ answer, quirk }: Writing): string {
  return quirk?.fault === 'quirk-finish-stop' ? 'COMPLETE' : FINISH_REASONS[answer.finish];
}

/** What is billed leaves out the template and the tools. */
function usage({ tokens }: Writing): JsonObject {
  return {
    billed_units: { input_tokens: Math.ceil(tokens.input / 2), output_tokens: tokens.output },
    tokens: { input_tokens: tokens.input, output_tokens: tokens.output },
  };
}

function line(type: string, data: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function read(body: unknown): SimulatedRequest {
  const request = asObject(body) ?? {};
  if (typeof request['model'] !== 'string') throw refusal('a model parameter is required for this endpoint.');
  if (!Array.isArray(request['messages']) || request['messages'].length === 0)
    throw refusal('invalid request: messages must not be empty.');
  const { p, tool_choice: choice } = request;
  if (typeof p === 'number' && (p < 0.01 || p > 0.99))
    throw refusal('invalid request: p must be between 0.01 and 0.99 inclusive.');
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE')
    throw refusal(`invalid request: unknown tool_choice ${JSON.stringify(choice)}.`);
  const limit = request['max_tokens'];
  return {
    model: request['model'],
    messages: readMessages(request['messages']),
    tools: readTools(request['tools']),
    toolChoice: choice === undefined ? 'auto' : choice === 'REQUIRED' ? 'required' : 'none',
    parallelToolCalls: true,
    stream: request['stream'] === true,
    streamUsage: true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
  };
}

function readMessages(messages: readonly unknown[]): CanonicalMessage[] {
  const open = new Map<string, string>();
  const read = messages.map((entry, index): CanonicalMessage => {
    const message = asObject(entry) ?? {};
    const { role } = message;
    const parts = readContent(message['content']);
    const calls = (Array.isArray(message['tool_calls']) ? message['tool_calls'] : []).map(readCall);
    if (calls.length === 0 && parts.length === 0) throw refusal('message must not be empty in a turn');
    if (role === 'tool') {
      const id = String(message['tool_call_id']);
      const name = open.get(id);
      if (name === undefined)
        throw refusal(`invalid request: tool call id ${id} was not found in previous tool calls.`);
      open.delete(id);
      const texts = parts.filter((part) => part.type === 'text');
      return { role, parts: [{ type: 'tool_result', callId: id, name, parts: texts, isError: false }] };
    }
    refuseOpenCalls(open);
    switch (role) {
      case 'system':
        if (index > 0) throw refusal('system turn must be the first in the list');
        return { role, parts };
      case 'user':
        return { role, parts };
      case 'assistant': {
        for (const call of calls) open.set(call.id, call.name);
        const plan = message['tool_plan'];
        const planned: Part[] = typeof plan === 'string' ? [{ type: 'reasoning', text: plan }] : [];
        return { role, parts: [...planned, ...parts, ...calls] };
      }
      default:
        throw refusal(`invalid request: unknown role ${String(role)}.`);
    }
  });
  refuseOpenCalls(open);
  return read;
}

function refuseOpenCalls(open: Map<string, string>): void {
  if (open.size > 0) throw refusal(`invalid request: tool calls without tool results: ${[...open.keys()].join(', ')}.`);
}

function readCall(entry: unknown): ToolCallPart {
  const call = asObject(entry) ?? {};
  const definition = asObject(call['function']) ?? {};
  const { name, arguments: written } = definition;
  if (typeof call['id'] !== 'string' || typeof name !== 'string' || typeof written !== 'string')
    throw refusal('invalid request: a tool call needs an id, a name and arguments as a string.');
  return { type: 'tool_call', id: call['id'], name, arguments: parseArguments(written) };
}

function parseArguments(text: string): JsonObject {
  try {
    return asObject(JSON.parse(text)) ?? {};
  } catch {
    throw refusal('invalid request: tool call arguments are not valid JSON.');
  }
}

function readContent(content: unknown): Part[] {
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }];
  return (Array.isArray(content) ? content : []).map((entry): Part => {
    const block = asObject(entry) ?? {};
    switch (block['type']) {
      case 'text':
        return { type: 'text', text: String(block['text']) };
      case 'thinking':
        return { type: 'reasoning', text: String(block['thinking']) };
      case 'image_url':
        return { type: 'image', mediaType: 'image/*', url: String(asObject(block['image_url'])?.['url']) };
      case 'document':
        return { type: 'text', text: JSON.stringify(asObject(block['document'])?.['data'] ?? '') };
      default:
        throw refusal(`invalid request: unknown content type ${String(block['type'])}.`);
    }
  });
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, '', message);
}
