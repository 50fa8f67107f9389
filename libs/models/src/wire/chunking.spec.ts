import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProfileInit } from '../profile/profile.js';
import { callChunk, chunk, readBytes, readEvents, sse } from './reading.fixture.js';

const CITY = '東京 — "Zürich" 🚂 \u00e9';
const args = JSON.stringify({ city: CITY });

const CHAT = sse([
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Überlegen 🤔' }),
  chunk({ content: 'Grüezi ' }),
  chunk({ content: '世界 🌍\n\ndata: not an event' }),
  callChunk({ index: 0, id: 'c1', function: { name: 'get_weather', arguments: '' } }),
  callChunk({ index: 0, function: { arguments: args.slice(0, 12) } }),
  callChunk({ index: 0, function: { arguments: args.slice(12) } }),
  chunk({}, 'tool_calls'),
  { choices: [], usage: { prompt_tokens: 10, completion_tokens: 4 } },
  '[DONE]',
]).replace('\n\n', '\r\n\r\n: keep-alive\n\n');

const ANTHROPIC = sse(
  [
    { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüezi 世界 🌍' } },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 't1', name: 'get_weather', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: args.slice(0, 15) } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: args.slice(15) } },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ],
  true,
);

const COHERE = sse(
  [
    { type: 'message-start', id: 'm1', delta: { message: { role: 'assistant' } } },
    { type: 'tool-plan-delta', delta: { message: { tool_plan: 'Überlegen 🤔' } } },
    {
      type: 'tool-call-start',
      index: 0,
      delta: {
        message: { tool_calls: { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '' } } },
      },
    },
    ...[args.slice(0, 12), args.slice(12)].map((piece) => ({
      type: 'tool-call-delta',
      index: 0,
      delta: { message: { tool_calls: { function: { arguments: piece } } } },
    })),
    { type: 'tool-call-end', index: 0 },
    { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: { tokens: { input_tokens: 9 } } } },
  ],
  true,
);

const OLLAMA = [
  { model: 'm', message: { role: 'assistant', content: '', thinking: 'Überlegen 🤔' }, done: false },
  { model: 'm', message: { role: 'assistant', content: 'Grüezi 世界 🌍\n' }, done: false },
  {
    model: 'm',
    message: { content: '', tool_calls: [{ function: { name: 'get_weather', arguments: { city: CITY } } }] },
    done: false,
  },
  { model: 'm', message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 4 },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('\n');

const RESPONSES = sse(
  [
    { type: 'response.created', response: { id: 'resp_1', model: 'm' } },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Überlegen 🤔' },
    { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Grüezi 世界 🌍' },
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'get_weather', arguments: '' },
    },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: args.slice(0, 15) },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: args.slice(15) },
    { type: 'response.function_call_arguments.done', output_index: 2, arguments: args },
    { type: 'response.completed', response: { status: 'completed', usage: { input_tokens: 3, output_tokens: 9 } } },
  ],
  true,
);

const geminiChunk = (parts: readonly object[], more: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
});
const GEMINI = sse([
  geminiChunk([{ text: 'Überlegen 🤔', thought: true }]),
  geminiChunk([{ text: 'Grüezi 世界 🌍\n\ndata: not an event' }]),
  geminiChunk([{ functionCall: { name: 'get_weather', args: { city: CITY } }, thoughtSignature: 'c2ln' }]),
  geminiChunk([{ text: '' }], { finishReason: 'STOP' }),
]);

const completionChunk = (text: string, finish: string | null = null): object => ({
  choices: [{ index: 0, text, finish_reason: finish }],
});
const COMPLETION = sse([
  completionChunk('<think>Überlegen 🤔</thi'),
  completionChunk('nk>Grüezi 世界 🌍\n\ndata: not an event\n<tool_call>\n{"name": "get_weather", '),
  completionChunk(`"arguments": ${args}}\n</tool_call>`),
  completionChunk('', 'stop'),
  '[DONE]',
]);

/** Each with what its answer's end begins with. */
const STREAMS: readonly [ProfileInit['api'], string, string][] = [
  ['openai-chat', CHAT, '"finish_reason":"tool_calls"'],
  ['anthropic', ANTHROPIC, 'event: message_delta'],
  ['openai-responses', RESPONSES, 'event: response.completed'],
  ['gemini', GEMINI, '"finishReason"'],
  ['mistral', CHAT, '"finish_reason":"tool_calls"'],
  ['cohere', COHERE, 'event: message-end'],
  ['ollama', OLLAMA, '"done":true'],
  ['completion', COMPLETION, '"finish_reason":"stop"'],
];

describe('reading does not depend on how the stream was cut', () => {
  it.each(STREAMS)('%s: any cuts of the bytes, within characters too, give the same events', (api, text) => {
    const bytes = new TextEncoder().encode(text);
    const expected = readBytes({ api }, bytes, []);
    expect(JSON.stringify(expected)).toContain(JSON.stringify(CITY).slice(1, -1));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 60 }), (cuts) => {
        expect(readBytes({ api }, bytes, cuts)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it.each(STREAMS)('%s: byte by byte gives the same events', (api, text) => {
    const bytes = new TextEncoder().encode(text);
    const everywhere = Array.from({ length: bytes.length }, (_, index) => index);
    expect(readBytes({ api }, bytes, everywhere)).toEqual(readBytes({ api }, bytes, []));
  });

  it.each(STREAMS)('%s: a stream cut anywhere before its end never gives a call to execute', (api, text, end) => {
    const bytes = new TextEncoder().encode(text);
    const safe = new TextEncoder().encode(text.slice(0, text.indexOf(end))).length;
    fc.assert(
      fc.property(fc.nat(safe), (length) => {
        expect(() => readBytes({ api }, bytes.subarray(0, length), [])).toThrow(
          expect.objectContaining({ name: 'ModelError', kind: 'broken_stream' }),
        );
      }),
    );
  });

  it('however a provider splits text and arguments into deltas, the response is the same', () => {
    const split = (text: string, cuts: readonly number[]): string[] => {
      const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
      return edges.slice(1).map((end, index) => text.slice(edges[index], end));
    };
    const read = (textCuts: readonly number[], argumentCuts: readonly number[]): unknown =>
      readEvents({ api: 'openai-chat' }, [
        ...split('Grüezi 世界 🌍', textCuts).map((content) => chunk({ content })),
        callChunk({ index: 0, id: 'c1', function: { name: 'get_weather', arguments: '' } }),
        ...split(args, argumentCuts).map((piece) => callChunk({ index: 0, function: { arguments: piece } })),
        chunk({}, 'tool_calls'),
      ]);
    const expected = read([], []);
    fc.assert(
      fc.property(
        fc.array(fc.nat(12), { maxLength: 8 }),
        fc.array(fc.nat(args.length), { maxLength: 20 }),
        (textCuts, argumentCuts) => {
          expect(read(textCuts, argumentCuts)).toEqual(expected);
        },
      ),
    );
  });

  it('a last event without its blank line still counts', () => {
    const bytes = new TextEncoder().encode(CHAT.trimEnd());
    expect(readBytes({ api: 'openai-chat' }, bytes, []).at(-1)?.type).toBe('response');
  });
});
