import { describe, expect, it } from '@jest/globals';
import { statedLimits } from './stated-limits.js';

const ASKED = 99_999_999;

describe('limits in the text of a refusal', () => {
  it.each<[string, string, object]>([
    [
      'OpenAI, output',
      `max_tokens is too large: ${ASKED}. This model supports at most 16384 completion tokens, whereas you provided ${ASKED}.`,
      { maxOutputTokens: 16_384 },
    ],
    [
      'OpenAI, window',
      `This model's maximum context length is 128,000 tokens. However, you requested ${ASKED} tokens (14 in the messages, ${ASKED} in the completion).`,
      { contextWindow: 128_000 },
    ],
    [
      'vLLM',
      `'max_tokens' or 'max_completion_tokens' is too large: ${ASKED}. This model's maximum context length is 32768 tokens and your request has 20 input tokens.`,
      { contextWindow: 32_768 },
    ],
    [
      'Anthropic',
      `max_tokens: ${ASKED} > 64000, which is the maximum allowed number of output tokens for claude-x`,
      { maxOutputTokens: 64_000 },
    ],
    [
      'Groq',
      '`max_tokens` must be less than or equal to `32768`, the maximum value for `max_tokens` is less than the `context_window` for this model',
      { maxOutputTokens: 32_768 },
    ],
    ['DeepSeek', 'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', { maxOutputTokens: 8_192 }],
    ['Alibaba', 'Range of max_tokens should be [1, 16384]', { maxOutputTokens: 16_384 }],
    [
      'Gemini',
      `Unable to submit request because it has a maxOutputTokens value of ${ASKED} but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.`,
      { maxOutputTokens: 65_536 },
    ],
    [
      'llama.cpp',
      'the request exceeds the available context size (8192 tokens), try increasing it',
      { contextWindow: 8_192 },
    ],
    [
      'TGI',
      `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= 4096. Given: 20 \`inputs\` tokens and ${ASKED} \`max_new_tokens\``,
      { contextWindow: 4_096 },
    ],
    [
      'Bedrock',
      `The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.`,
      { maxOutputTokens: 4_096 },
    ],
    ['no number', 'max_tokens is too large', {}],
    ['only what was asked for', `maximum context length is ${ASKED} tokens`, {}],
    ['a number that is none of tokens', 'maximum context length is 8 tokens; error 400', {}],
  ])('%s', (_who, text, limits) => {
    expect(statedLimits(text, ASKED)).toEqual(limits);
  });

  it('takes a long text in a moment, whatever it holds', () => {
    expect(statedLimits('maximum context length is '.repeat(100_000), ASKED)).toEqual({});
    expect(statedLimits(`exceed context limit:${'1 '.repeat(100_000)}`, ASKED)).toEqual({});
  });
});
