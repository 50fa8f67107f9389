import type { CanonicalMessage, JsonObject, Part, ToolCallPart } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import { quirked } from './openai-calls.js';
import { readTools } from './openai-chat.js';
import type { ServerWire, Writing } from './wire.js';

/** Ollama's chat API: lines of JSON, arguments as objects, and what its Go types refuse. */
export const ollamaWire: ServerWire = {
  basePath: '/',
  path: '/api/chat',
  read,
  whole: (writing) => ({
    ...chunk(writing, {
      content: writing.answer.text,
      ...(writing.answer.reasoning === '' ? {} : { thinking: writing.answer.reasoning }),
      ...(writing.answer.calls.length === 0 ? {} : { tool_calls: calls(writing) }),
    }),
    ...ending(writing),
  }),
  events: (writing) => {
    const { answer, quirk } = writing;
    const called = answer.calls.length === 0 ? [] : [line(chunk(writing, { content: '', tool_calls: calls(writing) }))];
    return [
      line(chunk(writing, { content: '' })),
      ...pieces(answer.reasoning).map((thinking) => line(chunk(writing, { content: '', thinking }))),
      ...pieces(answer.text, answer.pieceLength).map((content) => line(chunk(writing, { content }))),
      ...called,
      ...(quirk?.fault === 'quirk-call-repeated' ? called : []),
      line({ ...chunk(writing, { content: '' }), ...ending(writing) }),
    ];
  },
  error: ({ message }) => ({ error: message }),
  errorEvent: () => line({ error: 'an error was encountered while running the model' }),
  stream: { contentType: 'application/x-ndjson', malformedEvent: '{"message":{"content":"broken\n{}\n' },
  overflow: (tokens, window) => ({
    type: '',
    code: null,
    message: `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`,
  }),
};

function calls({ answer, quirk }: Writing): JsonObject[] {
  return answer.calls.map((each) => {
    const call = quirked(each, quirk?.fault);
    return {
      ...(quirk?.fault === 'quirk-id-missing' ? {} : { id: `call_${call.id.slice(0, 8)}` }),
      // Several models say 0 for each.
      function: { index: 0, name: call.name, arguments: call.arguments },
    };
  });
}

function chunk({ model }: Writing, message: JsonObject): JsonObject {
  return {
    model,
    created_at: new Date().toISOString(),
    message: { role: 'assistant', ...message },
    done: false,
  };
}

function ending({ answer, tokens }: Writing): JsonObject {
  return {
    done: true,
    done_reason: answer.finish === 'length' ? 'length' : 'stop',
    prompt_eval_count: tokens.input,
    eval_count: tokens.output,
  };
}

function line(data: JsonObject): string {
  return `${JSON.stringify(data)}\n`;
}

function read(body: unknown): SimulatedRequest {
  const request = asObject(body);
  if (request === undefined) throw refusal('missing request body');
  if (typeof request['model'] !== 'string') throw refusal('model is required');
  const limit = asObject(request['options'])?.['num_predict'];
  return {
    model: request['model'],
    messages: readMessages(Array.isArray(request['messages']) ? request['messages'] : []),
    tools: readTools(request['tools']),
    toolChoice: 'auto',
    parallelToolCalls: true,
    stream: request['stream'] !== false,
    streamUsage: true,
    maxOutputTokens: typeof limit === 'number' && limit >= 0 ? limit : Number.POSITIVE_INFINITY,
  };
}

function readMessages(messages: readonly unknown[]): CanonicalMessage[] {
  let open: ToolCallPart[] = [];
  return messages.map((entry): CanonicalMessage => {
    const message = asObject(entry) ?? {};
    const { role, content } = message;
    if (content !== undefined && typeof content !== 'string')
      throw unmarshal('array', 'ChatRequest.messages.content of type string');
    const text: Part[] = content === undefined || content === '' ? [] : [{ type: 'text', text: content }];
    switch (role) {
      case 'system':
        return { role, parts: text };
      case 'user':
        return { role, parts: [...text, ...readImages(message['images'])] };
      case 'assistant': {
        open = (Array.isArray(message['tool_calls']) ? message['tool_calls'] : []).map(readCall);
        return { role, parts: [...text, ...open] };
      }
      case 'tool': {
        const name = String(message['tool_name'] ?? '');
        // Results belong to their call by id, or by name and order where there is none.
        const call = open.find(({ id }) => id === message['tool_call_id']) ?? open.find((each) => each.name === name);
        open = open.filter((each) => each !== call);
        const parts = text.filter((part) => part.type === 'text');
        const callId = call?.id ?? '';
        return { role, parts: [{ type: 'tool_result', callId, name: call?.name ?? name, parts, isError: false }] };
      }
      default:
        throw refusal(`invalid role: ${String(role)}, must be one of system, user, assistant, tool`);
    }
  });
}

function readCall(entry: unknown, index: number): ToolCallPart {
  const call = asObject(entry) ?? {};
  const definition = asObject(call['function']) ?? {};
  const args = asObject(definition['arguments']);
  if (args === undefined) throw unmarshal('string', 'ToolCallFunction.arguments of type map');
  return {
    type: 'tool_call',
    id: typeof call['id'] === 'string' ? call['id'] : `call_${index}`,
    name: String(definition['name']),
    arguments: args,
  };
}

function readImages(images: unknown): Part[] {
  return (Array.isArray(images) ? images : []).map((image) => {
    if (!/^[A-Za-z0-9+/]+=*$/.test(String(image))) throw refusal('illegal base64 data at input byte 0');
    return { type: 'image', mediaType: 'image/*', data: String(image) };
  });
}

function unmarshal(value: string, field: string): WireRefusal {
  return refusal(`json: cannot unmarshal ${value} into Go struct field ${field}`);
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, '', message);
}
