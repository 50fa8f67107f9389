import { parseJson } from '../json.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { ModelEvent, ModelResponse } from '../model-response.js';
import type { ProfileInit } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';
import { createAnswerReader } from './output-reader.js';
import { SseDecoder } from './sse.js';
import type { AnswerReader, WireTarget } from './wire-api.js';
import { wireApi } from './wire-apis.js';

export const WEATHER: ToolDefinition = {
  name: 'get_weather',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
    additionalProperties: false,
  },
};
export const CLOCK: ToolDefinition = { name: 'clock', inputSchema: { type: 'object', properties: {} } };
export const TOOLS = [WEATHER, CLOCK];

export function targetOf(init: ProfileInit): WireTarget {
  return { name: 'test', model: 'asked-model', profile: defineProfile(init) };
}

export function readerOf(init: ProfileInit, request: Partial<ModelRequest> = {}): AnswerReader {
  let minted = 0;
  return createAnswerReader(wireApi(init.api), {
    target: targetOf(init),
    request: { messages: [], tools: TOOLS, ...request },
    mintCallId: () => `call_${++minted}`,
  });
}

/** Reads events that were decoded already. A string stands for itself, anything else for its JSON. */
export function readEvents(
  init: ProfileInit,
  events: readonly unknown[],
  request: Partial<ModelRequest> = {},
): ModelResponse {
  const reader = readerOf(init, request);
  const seen = events.flatMap((event) => {
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    return reader.push({ data: parseJson(text), text });
  });
  return responseOf([...seen, ...reader.end()]);
}

/** Reads the bytes of a stream, cut where it is said. */
export function readBytes(init: ProfileInit, bytes: Uint8Array, cuts: readonly number[]): ModelEvent[] {
  const reader = readerOf(init);
  const decoder = wireApi(init.api).createDecoder?.() ?? new SseDecoder();
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const events = edges
    .slice(1)
    .flatMap((end, index) => decoder.push(bytes.subarray(edges[index], end)))
    .concat(decoder.end())
    .flatMap((event) => reader.push(event));
  return [...events, ...reader.end()];
}

export function responseOf(events: readonly ModelEvent[]): ModelResponse {
  const last = events.at(-1);
  if (last?.type !== 'response') throw new Error('the last event is not the response');
  return last.response;
}

export function sse(events: readonly unknown[], named = false): string {
  return events
    .map((event) => {
      const text = typeof event === 'string' ? event : JSON.stringify(event);
      const type =
        named && typeof event === 'object' && event !== null && 'type' in event ? `event: ${String(event.type)}\n` : '';
      return `${type}data: ${text}\n\n`;
    })
    .join('');
}

/** One chunk of a chat completion stream. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return { id: 'chatcmpl-1', model: 'answered-model', choices: [{ index: 0, delta, finish_reason: finish }], ...more };
}

/** A chunk with one entry of `tool_calls`. */
export function callChunk(entry: object): object {
  return chunk({ tool_calls: [entry] });
}
