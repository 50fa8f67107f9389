import { describe, expect, it } from '@jest/globals';
import { chatModels, readServedModels, readWindow } from './served-models.js';

describe('a list of models', () => {
  it.each<[string, unknown, object, string]>([
    [
      'vLLM',
      { object: 'list', data: [{ id: 'm', object: 'model', max_model_len: 40_960 }] },
      { id: 'm', contextWindow: 40_960, toldBy: 'max_model_len' },
      'openai-chat',
    ],
    [
      'OpenRouter',
      {
        data: [
          {
            id: 'a/m',
            context_length: 204_800,
            top_provider: { max_completion_tokens: 131_072 },
            pricing: { prompt: '0.000001', completion: '0.0000032', input_cache_read: '0.0000002' },
          },
        ],
      },
      {
        id: 'a/m',
        contextWindow: 204_800,
        toldBy: 'context_length',
        maxOutputTokens: 131_072,
        prices: { input: 1, output: 3.2, cacheRead: 0.2 },
      },
      'openai-chat',
    ],
    [
      'Groq',
      { data: [{ id: 'm', context_window: 131_072, max_completion_tokens: 65_536 }] },
      { id: 'm', contextWindow: 131_072, toldBy: 'context_window', maxOutputTokens: 65_536 },
      'openai-chat',
    ],
    [
      'Together',
      [{ id: 'm', context_length: 8_192 }],
      { id: 'm', contextWindow: 8_192, toldBy: 'context_length' },
      'openai-chat',
    ],
    [
      'Gemini',
      { models: [{ name: 'models/gemini-x', inputTokenLimit: 1_048_576, outputTokenLimit: 65_536 }] },
      { id: 'gemini-x', contextWindow: 1_048_576, toldBy: 'inputTokenLimit', maxOutputTokens: 65_536 },
      'gemini',
    ],
    ['Ollama', { models: [{ name: 'qwen3:8b', model: 'qwen3:8b', digest: 'abc' }] }, { id: 'qwen3:8b' }, 'ollama'],
    ['Anthropic', { data: [{ type: 'model', id: 'c', display_name: 'C' }], has_more: false }, { id: 'c' }, 'anthropic'],
    [
      'llama.cpp',
      { data: [{ id: 'm', meta: { n_ctx: 4_096 } }] },
      { id: 'm', contextWindow: 4_096, toldBy: 'n_ctx' },
      'openai-chat',
    ],
  ])('%s', (_who, data, model, likes) => {
    const served = readServedModels(JSON.parse(JSON.stringify(data)));
    expect(served).toEqual({ likes, models: [model] });
  });

  it('is none where it lists something else, and believes no number that cannot be', () => {
    for (const data of [undefined, null, 'models', 5, {}, { data: 'x' }, { data: [{ colour: 'red' }] }])
      expect(readServedModels(data)).toBeUndefined();
    expect(
      readServedModels({ data: [{ id: 'm', context_length: -5, max_model_len: '9', n_ctx: 1e300 }] })?.models,
    ).toEqual([{ id: 'm' }]);
    expect(readServedModels({ data: [{ id: 'm', pricing: { prompt: '-1', completion: 'free' } }] })?.models).toEqual([
      { id: 'm' },
    ]);
  });

  it('has models that answer no chat, which are not probed unasked', () => {
    const served = readServedModels({ data: [{ id: 'text-embedding-3' }, { id: 'm' }, { id: 'whisper-1' }] });
    expect(served && chatModels(served)).toEqual([{ id: 'm' }]);
  });
});

describe('the window of a running model', () => {
  it('stands in what llama.cpp and Ollama tell', () => {
    expect(readWindow({ default_generation_settings: { n_ctx: 16_384 } })).toEqual({ value: 16_384, toldBy: 'n_ctx' });
    expect(readWindow({ model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 } })).toEqual({
      value: 40_960,
      toldBy: 'qwen3.context_length',
    });
    expect(readWindow({ model_info: {} })).toBeUndefined();
    expect(readWindow([])).toBeUndefined();
  });
});
