import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@switchyard/models';
import type { SimulatedCall } from '../conversation.js';
import { pieces } from '../tokens.js';
import { quirked } from './openai-calls.js';
import { readResponsesRequest, sealOf } from './openai-responses-request.js';
import type { ServerWire, Writing } from './wire.js';

/** The Responses API without its store, with the checks of the real endpoint. */
export const openaiResponsesWire: ServerWire = {
  basePath: '/v1',
  path: '/v1/responses',
  read: readResponsesRequest,
  whole: (writing) => response(writing, outputItems(writing), envelope(writing)),
  events,
  error: ({ type, message, code }) => ({ error: { message, type, param: null, code } }),
  errorEvent: () =>
    line({
      type: 'error',
      code: 'server_error',
      message: 'The server had an error while processing your request.',
      param: null,
      sequence_number: 0,
    }),
  overflow: () => ({
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  }),
};

function events(writing: Writing): string[] {
  const base = envelope(writing);
  const items = outputItems(writing);
  const ended = response(writing, items, base);
  const begun = { ...base, status: 'in_progress', error: null, incomplete_details: null, output: [], usage: null };
  const all: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items.flatMap((item, index) => itemEvents(item, index, writing)),
    { type: `response.${String(ended['status'])}`, response: ended },
  ];
  return all.map((event, index) => line({ ...event, sequence_number: index }));
}

function itemEvents(item: JsonObject, index: number, { answer, quirk }: Writing): JsonObject[] {
  const at = { output_index: index, ...(item['id'] === undefined ? {} : { item_id: item['id'] }) };
  const added = (more: JsonObject): JsonObject => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, status: 'in_progress', ...more },
  });
  const done = { type: 'response.output_item.done', output_index: index, item };
  switch (item['type']) {
    case 'reasoning': {
      const place = { ...at, summary_index: 0 };
      const part = { type: 'summary_text', text: answer.reasoning };
      return [
        added({ summary: [], encrypted_content: null }),
        { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } },
        ...pieces(part.text).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
        { type: 'response.reasoning_summary_text.done', ...place, text: part.text },
        { type: 'response.reasoning_summary_part.done', ...place, part },
        done,
      ];
    }
    case 'message': {
      const place = { ...at, content_index: 0 };
      const part = { type: 'output_text', text: answer.text, annotations: [] };
      return [
        added({ content: [] }),
        { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
        ...pieces(part.text, answer.pieceLength).map((delta) => ({
          type: 'response.output_text.delta',
          ...place,
          delta,
        })),
        { type: 'response.output_text.done', ...place, text: part.text },
        { type: 'response.content_part.done', ...place, part },
        done,
      ];
    }
    default: {
      const written = item['arguments'];
      // Quirks that are not of the stream are in the item, which then says all at once.
      if (typeof written !== 'string') return [added({}), done];
      const middle = Math.ceil(written.length / 2);
      const rest = quirk?.fault === 'quirk-arguments-cumulative' ? written : written.slice(middle);
      return [
        added({ arguments: '' }),
        ...[written.slice(0, middle), rest].map((delta) => ({
          type: 'response.function_call_arguments.delta',
          ...at,
          delta,
        })),
        { type: 'response.function_call_arguments.done', ...at, arguments: written },
        done,
        ...(quirk?.fault === 'quirk-call-repeated' ? [done] : []),
      ];
    }
  }
}

function response(writing: Writing, output: JsonObject[], base: JsonObject): JsonObject {
  const { answer, tokens } = writing;
  const isCut = answer.finish === 'length';
  return {
    ...base,
    status: isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    },
  };
}

function outputItems(writing: Writing): JsonObject[] {
  const { answer, request, quirk } = writing;
  const status = answer.finish === 'length' ? 'incomplete' : 'completed';
  const content = [{ type: 'output_text', text: answer.text, annotations: [] }];
  return [
    ...(answer.reasoning === '' ? [] : [reasoningItem(answer.reasoning, request.sealsReasoning === true)]),
    ...(answer.text === '' ? [] : [{ type: 'message', id: newId('msg'), role: 'assistant', status, content }]),
    ...answer.calls.map((call) => callItem(quirked(call, quirk?.fault), status, quirk?.fault)),
  ];
}

function reasoningItem(text: string, sealed: boolean): JsonObject {
  const id = newId('rs');
  const summary = [{ type: 'summary_text', text }];
  return { type: 'reasoning', id, summary, ...(sealed ? { encrypted_content: sealOf(id) } : {}) };
}

function callItem(call: SimulatedCall, status: string, quirk: string | undefined): JsonObject {
  const text = JSON.stringify(call.arguments);
  const isCut = status === 'incomplete';
  const written =
    quirk === 'quirk-arguments-object'
      ? call.arguments
      : quirk === 'quirk-double-encoded'
        ? JSON.stringify(text)
        : isCut
          ? text.slice(0, -2)
          : text;
  const ids = quirk === 'quirk-id-missing' ? {} : { id: newId('fc'), call_id: `call_${call.id}` };
  return { type: 'function_call', ...ids, name: call.name, arguments: written, status };
}

function envelope({ model }: Writing): JsonObject {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1_000),
    model,
    store: false,
  };
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

function line(data: JsonObject): string {
  return `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
}
