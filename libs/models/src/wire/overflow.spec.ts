import { describe, expect, it } from '@jest/globals';
import type { OverflowLimits } from '../model-error.js';
import { classifyHttpFailure } from './classify-http-failure.js';
import { overflowLimits } from './overflow-limits.js';
import { saysOverflow } from './overflow.js';
import { targetOf } from './reading.fixture.js';

/** As published in threads and documentation of each; numbers as they stood there. */
const TEXTS: [string, string, OverflowLimits?][] = [
  ['Anthropic', 'prompt is too long: 213462 tokens > 200000 maximum', { input: 213_462, window: 200_000 }],
  [
    'Anthropic with max_tokens',
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens`',
    { input: 190_000, output: 20_000, window: 200_000 },
  ],
  ['Anthropic by bytes', 'request_too_large Request exceeds the maximum size'],
  ['Bedrock', 'Input is too long for requested model.'],
  ['Bedrock by bytes', 'too many total text bytes: 31000000 > 25000000'],
  ['Nova', 'Input Tokens Exceeded: Number of input tokens exceeds maximum length.'],
  ['OpenAI Responses', 'Your input exceeds the context window of this model. Please adjust your input and try again.'],
  [
    'OpenAI',
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.",
    { window: 8_192, input: 9_001 },
  ],
  [
    'OpenAI with an answer',
    "This model's maximum context length is 4097 tokens. However, you requested 5100 tokens (4100 in the messages, 1000 in the completion).",
    { window: 4_097, input: 4_100, output: 1_000 },
  ],
  ['OpenAI code', 'context_length_exceeded'],
  [
    'vLLM',
    "This model's maximum context length is 32768 tokens. However, you requested 4096 output tokens and your prompt contains at least 30000 input tokens, for a total of at least 34096 tokens.",
    { window: 32_768, input: 30_000, output: 4_096 },
  ],
  [
    'LiteLLM',
    "Requested token count exceeds the model's maximum context length of 131072 tokens.",
    { window: 131_072 },
  ],
  [
    'behind LiteLLM',
    "Input length (265330) exceeds model's maximum context length (262144).",
    { window: 262_144, input: 265_330 },
  ],
  [
    'Gemini',
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    { input: 1_196_265, window: 1_048_575 },
  ],
  [
    'Vertex',
    'The input token count is 1196265 but model only supports up to 1048576.',
    { input: 1_196_265, window: 1_048_576 },
  ],
  [
    'xAI',
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    { window: 131_072, input: 537_812 },
  ],
  ['Groq', 'Please reduce the length of the messages or completion.'],
  [
    'OpenRouter',
    "This endpoint's maximum context length is 163840 tokens. However, you requested about 200000 tokens (180000 of text input, 20000 in the output).",
    { window: 163_840, input: 180_000, output: 20_000 },
  ],
  [
    'Poolside',
    'Input length 300,000 exceeds the maximum allowed input length of 262,112 tokens.',
    { input: 300_000, window: 262_112 },
  ],
  [
    'Together',
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    { input: 9_000, window: 8_192 },
  ],
  [
    'Together with an answer',
    '`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens and 1000 `max_new_tokens`',
    { input: 4_000, output: 1_000, window: 4_097 },
  ],
  [
    'llama.cpp',
    'request (9001 tokens) exceeds the available context size (8192 tokens), try increasing it',
    { input: 9_001, window: 8_192 },
  ],
  ['llama.cpp before', 'the request exceeds the available context size, try increasing it'],
  ['LM Studio', 'The number of tokens to keep from the initial prompt is greater than the context length.'],
  ['GitHub Copilot', 'prompt token count of 140000 exceeds the limit of 128000', { input: 140_000, window: 128_000 }],
  ['MiniMax', 'invalid params, context window exceeds limit (2013)'],
  [
    'Moonshot',
    'Invalid request: Your request exceeded model token limit: 131072 (requested: 150000)',
    { window: 131_072, input: 150_000 },
  ],
  [
    'Mistral',
    'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    { input: 40_000, window: 32_768 },
  ],
  ['Z.ai', 'model_context_window_exceeded'],
  ['Ollama', 'prompt too long; exceeded max context length by 512 tokens'],
  ['Ollama newer', 'the input length exceeds the context length'],
  [
    'Cohere',
    'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.',
    { window: 4_081, input: 4_292 },
  ],
  ['others', 'token limit exceeded'],
];

const TARGET = targetOf({ api: 'openai-chat' });
const classify = (status: number, text: string) =>
  classifyHttpFailure({ status, headers: new Headers(), text }, TARGET);

describe('an overflow', () => {
  it.each(TEXTS.map(([name, text, limits]) => [name, text, { limits }] as const))(
    'in the words of %s is one, with the numbers that it names',
    (_provider, text, { limits }) => {
      expect(saysOverflow(text)).toBe(true);
      expect(overflowLimits(text)).toEqual(limits);
      const error = classify(400, JSON.stringify({ error: { message: text, type: 'invalid_request_error' } }));
      expect(error).toMatchObject({ kind: 'overflow', retryable: false });
      expect(error.limits).toEqual(limits);
    },
  );

  it.each([400, 413])('is what %i without a body means (Cerebras)', (status) => {
    expect(classify(status, '')).toMatchObject({ kind: 'overflow', status });
    expect(classify(status, '  \n').kind).toBe('overflow');
  });

  it.each([
    'ThrottlingException: Too many tokens, please wait before trying again.',
    'Throttling error: Too many tokens, please wait before trying again.',
    'Rate limit reached: too many tokens per minute (TPM)',
    'Too many requests: token limit exceeded',
    'Service unavailable: too many tokens in flight',
    'Too many tokens per day, please wait before trying again.',
  ])('is not what speaks of tokens and means speed: %s', (text) => {
    expect(saysOverflow(text)).toBe(false);
  });

  it.each([
    'max_tokens is too large: 200000. This model supports at most 16384 completion tokens',
    'File size exceeds the limit of 20 MB',
    'The model `x` does not exist',
  ])('is not what means something else: %s', (text) => {
    expect(saysOverflow(text)).toBe(false);
  });

  it('is read from a web page of a proxy as nothing of the kind', () => {
    expect(classify(400, '<html><body>400 Bad Request</body></html>').kind).toBe('bad_request');
  });
});
