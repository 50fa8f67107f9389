import { describe, expect, it } from '@jest/globals';
import type { ProfileInit } from '../profile/profile.js';
import type { Usage } from '../usage.js';
import { chunk, readEvents } from './reading.fixture.js';

type Counts = Partial<Usage>;

/** A whole chat completion stream with this usage, in the last chunk or wherever it is said. */
const chat = (usage: object): object[] => [chunk({ content: 'Hi' }), chunk({}, 'stop'), { choices: [], usage }];
const claude = (start: object, end: object): object[] => [
  {
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [], usage: start },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: end },
  { type: 'message_stop' },
];
const gemini = (usageMetadata: object): object[] => [
  { candidates: [{ content: { parts: [{ text: 'Hi' }], role: 'model' }, finishReason: 'STOP' }], usageMetadata },
];
const XAI = { inputIncludesCached: true, outputIncludesReasoning: false };

/** How each counts, in the words of its documentation: the report, and the one form. */
const REPORTS: [string, ProfileInit, object[], Counts][] = [
  [
    'OpenAI: cached and reasoning are within the totals',
    { api: 'openai-chat' },
    chat({
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 30 },
    }),
    { inputTokens: 100, uncachedInputTokens: 40, cacheReadTokens: 60, outputTokens: 50, reasoningTokens: 30 },
  ],
  [
    'Groq: in x_groq.usage, while streaming',
    { api: 'openai-chat' },
    [
      chunk({ content: 'Hi' }),
      chunk({}, 'stop', { x_groq: { id: 'r', usage: { prompt_tokens: 18, completion_tokens: 7 } } }),
    ],
    { inputTokens: 18, outputTokens: 7, source: 'reported' },
  ],
  [
    'Moonshot: within the choice of the last chunk, cached at the top',
    { api: 'openai-chat' },
    [
      chunk({ content: 'Hi' }),
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: 'stop',
            usage: { prompt_tokens: 90, completion_tokens: 5, cached_tokens: 64 },
          },
        ],
      },
    ],
    { inputTokens: 90, cacheReadTokens: 64, uncachedInputTokens: 26, outputTokens: 5 },
  ],
  [
    'DeepSeek: prompt_cache_hit_tokens within the total',
    { api: 'openai-chat' },
    chat({
      prompt_tokens: 100,
      completion_tokens: 9,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
      completion_tokens_details: { reasoning_tokens: 4 },
    }),
    { inputTokens: 100, cacheReadTokens: 64, uncachedInputTokens: 36, outputTokens: 9, reasoningTokens: 4 },
  ],
  [
    'xAI: reasoning beside the completion',
    { api: 'openai-chat', usage: XAI },
    chat({
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      prompt_tokens_details: { cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 94 },
    }),
    { inputTokens: 32, cacheReadTokens: 6, outputTokens: 103, reasoningTokens: 94 },
  ],
  [
    'xAI: cached beside the prompt, which shows in its being more',
    { api: 'openai-chat', usage: XAI },
    chat({ prompt_tokens: 10, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 90 } }),
    { inputTokens: 100, cacheReadTokens: 90, uncachedInputTokens: 10 },
  ],
  [
    'Responses: cached and reasoning are within the totals',
    { api: 'openai-responses' },
    [
      {
        type: 'response.completed',
        response: {
          id: 'r',
          status: 'completed',
          model: 'm',
          output: [{ type: 'message', id: 'i', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }],
          usage: {
            input_tokens: 100,
            input_tokens_details: { cached_tokens: 60 },
            output_tokens: 50,
            output_tokens_details: { reasoning_tokens: 30 },
          },
        },
      },
    ],
    { inputTokens: 100, cacheReadTokens: 60, outputTokens: 50, reasoningTokens: 30 },
  ],
  [
    'Anthropic: cache beside the input, split over the start and the end of the stream',
    { api: 'anthropic' },
    claude(
      { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 },
      { output_tokens: 30 },
    ),
    { inputTokens: 130, uncachedInputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 20, outputTokens: 30 },
  ],
  [
    'Anthropic: iterations beside the answer are paid and outside the totals',
    { api: 'anthropic' },
    claude(
      { input_tokens: 23_000, output_tokens: 1 },
      {
        input_tokens: 23_000,
        output_tokens: 1_000,
        iterations: [
          { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 },
          { type: 'message', input_tokens: 23_000, output_tokens: 1_000 },
          { type: 'advisor_message', input_tokens: 50, output_tokens: 7, cache_read_input_tokens: 11 },
        ],
      },
    ),
    { inputTokens: 203_061, cacheReadTokens: 11, outputTokens: 4_507 },
  ],
  [
    'Gemini: thoughts beside the candidates, cached within the prompt, what tools added beside it',
    { api: 'gemini' },
    gemini({
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      toolUsePromptTokenCount: 5,
    }),
    { inputTokens: 105, cacheReadTokens: 60, outputTokens: 50, reasoningTokens: 30 },
  ],
  [
    'Bedrock: cache beside the input',
    { api: 'bedrock' },
    [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      {
        metadata: {
          usage: {
            inputTokens: 10,
            outputTokens: 5,
            cacheReadInputTokens: 100,
            cacheWriteInputTokens: 20,
            totalTokens: 135,
          },
        },
      },
    ],
    { inputTokens: 130, uncachedInputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 20, outputTokens: 5 },
  ],
  [
    'Mistral: as OpenAI',
    { api: 'mistral' },
    chat({ prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 }),
    { inputTokens: 12, outputTokens: 8 },
  ],
  [
    'Cohere: tokens before what is billed',
    { api: 'cohere' },
    [
      { type: 'message-start', id: 'r', delta: { message: { role: 'assistant' } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hi' } } } },
      { type: 'content-end', index: 0 },
      {
        type: 'message-end',
        delta: {
          finish_reason: 'COMPLETE',
          usage: {
            billed_units: { input_tokens: 3, output_tokens: 2 },
            tokens: { input_tokens: 70, output_tokens: 4 },
          },
        },
      },
    ],
    { inputTokens: 70, outputTokens: 4 },
  ],
  [
    'Ollama: prompt_eval_count and eval_count',
    { api: 'ollama' },
    [
      { model: 'm', message: { role: 'assistant', content: 'Hi' }, done: false },
      {
        model: 'm',
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 26,
        eval_count: 12,
      },
    ],
    { inputTokens: 26, outputTokens: 12 },
  ],
];

describe('usage as each provider reports it', () => {
  it.each(REPORTS)('%s', (_name, profile, events, expected) => {
    const { usage } = readEvents(profile, events);
    expect(usage).toMatchObject({ source: 'reported', ...expected });
    expect(usage.inputTokens).toBe(usage.uncachedInputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
  });
});
