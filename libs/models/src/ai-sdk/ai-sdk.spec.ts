import { describe, expect, it } from '@jest/globals';
import { userMessage } from '../messages/message-helpers.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelResponse } from '../model-response.js';
import { TOOLS } from '../wire/reading.fixture.js';
import type { AiSdkAnswer, AiSdkCallOptions, AiSdkModel } from './ai-sdk-model.js';
import { fromAiSdk } from './from-ai-sdk.js';

const REQUEST: ModelRequest = { messages: [userMessage('Weather?')], tools: TOOLS };
const NOTHING: AiSdkAnswer = { content: [], finishReason: 'stop', usage: {} };

/** A model that streams given parts, and keeps what it was asked. */
function modelOf(
  parts: readonly unknown[],
  more: Partial<AiSdkModel> = {},
): AiSdkModel & { asked: AiSdkCallOptions[]; cancelled: boolean } {
  const model = {
    specificationVersion: 'v3',
    provider: 'google.generative-ai',
    modelId: 'm',
    asked: [] as AiSdkCallOptions[],
    cancelled: false,
    doGenerate: () => Promise.resolve(NOTHING),
    doStream: (options: AiSdkCallOptions) => {
      model.asked.push(options);
      const left = [...parts];
      const stream = new ReadableStream<unknown>({
        pull: (controller) => (left.length === 0 ? controller.close() : controller.enqueue(left.shift())),
        cancel: () => void (model.cancelled = true),
      });
      return Promise.resolve({ stream });
    },
    ...more,
  };
  return model;
}
const read = (...parts: unknown[]): Promise<ModelResponse> => fromAiSdk(modelOf(parts)).complete(REQUEST);
const finish = (unified: string, usage: object = {}): object => ({
  type: 'finish',
  finishReason: { unified, raw: unified },
  usage,
});
const call = (input: unknown, more: object = {}): object => ({
  type: 'tool-call',
  toolCallId: 'a',
  toolName: 'get_weather',
  input,
  ...more,
});

describe('parts of an AI SDK stream', () => {
  it('usage is read in the nested form of version 3 and the flat one of version 2', async () => {
    const text = { type: 'text-delta', id: '1', delta: 'Yes' };
    const nested = {
      inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: 0 },
      outputTokens: { total: 5, text: 3, reasoning: 2 },
    };
    const flat = { inputTokens: 10, outputTokens: 5, totalTokens: 15, reasoningTokens: 2, cachedInputTokens: 4 };
    const expected = { inputTokens: 10, cacheReadTokens: 4, outputTokens: 5, reasoningTokens: 2, source: 'reported' };
    expect((await read(text, finish('stop', nested))).usage).toMatchObject(expected);
    expect((await read(text, { type: 'finish', finishReason: 'stop', usage: flat })).usage).toMatchObject(expected);
    expect((await read(text, finish('stop'))).usage.source).toBe('estimated');
  });

  it('what a provider seals goes back to it with its call and its reasoning', async () => {
    const metadata = { google: { thoughtSignature: 'c2ln' } };
    const model = modelOf([
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'reasoning-end', id: 'r', providerMetadata: metadata },
      call('{"city":"Paris"}', { providerMetadata: metadata }),
      finish('tool-calls'),
    ]);
    const backend = fromAiSdk(model);
    const { message } = await backend.complete(REQUEST);
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
    await backend.complete({ ...REQUEST, messages: [...REQUEST.messages, message] });
    expect(model.asked[1]?.prompt[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', providerOptions: metadata },
        {
          type: 'tool-call',
          toolCallId: expect.any(String),
          toolName: 'get_weather',
          input: { city: 'Paris' },
          providerOptions: metadata,
        },
      ],
    });
    expect(model.asked[1]?.prompt[2]).toMatchObject({ role: 'tool', content: [{ output: { type: 'error-text' } }] });
  });

  it.each([
    ['input that is not JSON', [call('{"city": "Par'), finish('tool-calls')], 'malformed_arguments'],
    ['input that does not fit', [call('{"town": "Paris"}'), finish('tool-calls')], 'invalid_arguments'],
    [
      'input that was streamed and never told to be whole',
      [
        { type: 'tool-input-start', id: 'a', toolName: 'get_weather' },
        { type: 'tool-input-delta', id: 'a', delta: '{"city":"Paris"}' },
        finish('tool-calls'),
      ],
      'truncated',
    ],
    ['a cut answer', [call('{"city":"Paris"}'), finish('length')], 'truncated'],
    ['an end that nobody knows', [call('{"city":"Paris"}'), finish('other')], 'truncated'],
    ['an end that was not told', [call('{"city":"Paris"}'), { type: 'finish', finishReason: 'unknown' }], 'truncated'],
  ])('%s: the call is not executed', async (_what, parts, code) => {
    expect(await read(...parts)).toMatchObject({ toolCalls: [], rejectedCalls: [{ code }] });
  });

  it('the whole call counts and not what was streamed of it; an equal one under another id is not executed again', async () => {
    const response = await read(
      { type: 'tool-input-start', id: 'a', toolName: 'get_weather' },
      { type: 'tool-input-delta', id: 'a', delta: '{"city":"Par' },
      call({ city: 'Paris' }),
      call('{"city":"Paris"}', { toolCallId: 'b' }),
      call('{"city":"Rome"}', { toolCallId: 'c' }),
      finish('tool-calls'),
    );
    expect(response.toolCalls.map((each) => each.arguments)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    expect(response.repairs).toContainEqual({ code: 'call_repeated', detail: 'get_weather was sent twice' });
  });

  it('a call that the provider executed itself is not ours to execute', async () => {
    const text = { type: 'text-delta', id: '1', delta: 'It rains.' };
    const response = await read(
      { type: 'tool-input-start', id: 'a', toolName: 'get_weather', providerExecuted: true },
      call('{"city":"Paris"}', { providerExecuted: true }),
      text,
      finish('stop'),
    );
    expect(response).toMatchObject({ toolCalls: [], rejectedCalls: [], finishReason: 'stop' });
  });

  it.each([
    ['has no end', [{ type: 'text-delta', id: '1', delta: 'It' }], 'broken_stream'],
    ['says nothing', [finish('stop')], 'empty_answer'],
    ['gives up', [{ type: 'text-delta', id: '1', delta: 'It' }, finish('error')], 'unavailable'],
    [
      'reports an overload',
      [{ type: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } }],
      'overloaded',
    ],
    [
      'lacks a key',
      [{ type: 'error', error: Object.assign(new Error('No key.'), { name: 'AI_LoadAPIKeyError' }) }],
      'auth',
    ],
    ['breaks', [{ type: 'error', error: new TypeError('terminated') }], 'broken_stream'],
  ])('a stream that %s ends in an error of its kind', async (_what, parts, kind) => {
    await expect(read(...parts)).rejects.toMatchObject({ name: 'ModelError', kind });
  });

  it('a caller who stops iterating stops the stream and the request', async () => {
    const endless = Array.from({ length: 1_000 }, () => ({ type: 'text-delta', id: '1', delta: 'more ' }));
    const model = modelOf(endless);
    for await (const event of fromAiSdk(model).call(REQUEST)) {
      expect(event.type).toBe('text_delta');
      break;
    }
    expect(model.cancelled).toBe(true);
    expect(model.asked[0]?.abortSignal?.aborted).toBe(true);
  });

  it('an answer without end is cut off', async () => {
    const endless = Array.from({ length: 1_000 }, () => ({ type: 'text-delta', id: '1', delta: 'x'.repeat(10_000) }));
    await expect(fromAiSdk(modelOf(endless)).complete(REQUEST)).rejects.toMatchObject({ kind: 'answer_too_large' });
  });

  it('images go to models that see, by content or by address, and are named to others', async () => {
    const messages: ModelRequest['messages'] = [
      {
        role: 'user',
        parts: [
          { type: 'image', mediaType: 'image/png', data: 'AAAA' },
          { type: 'image', mediaType: 'image/png', url: 'https://example.org/a.png' },
        ],
      },
    ];
    const model = modelOf([{ type: 'text-delta', id: '1', delta: 'A cat.' }, finish('stop')]);
    await fromAiSdk(model, { profile: { capabilities: { vision: true } } }).complete({ messages });
    await fromAiSdk(model).complete({ messages });
    expect(model.asked.map(({ prompt }) => prompt)).toEqual([
      [
        {
          role: 'user',
          content: [
            { type: 'file', mediaType: 'image/png', data: 'AAAA' },
            { type: 'file', mediaType: 'image/png', data: new URL('https://example.org/a.png') },
          ],
        },
      ],
      [{ role: 'user', content: Array(2).fill({ type: 'text', text: '[image left out: image/png]' }) }],
    ]);
  });

  it('another version of the interface is refused by name', () => {
    expect(() => fromAiSdk(modelOf([], { specificationVersion: 'v9' }))).toThrow(
      expect.objectContaining({ code: 'model.ai_sdk_unsupported', message: expect.stringContaining('v9') }),
    );
  });
});
