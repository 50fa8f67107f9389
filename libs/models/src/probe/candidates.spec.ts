import { describe, expect, it } from '@jest/globals';
import { baseUrlOf, candidatesAt } from './candidates.js';

const first = (address: string) => {
  const [candidate] = candidatesAt(baseUrlOf(address), undefined);
  return candidate && [candidate.api, candidate.baseUrl];
};

describe('an address', () => {
  it.each([
    ['https://api.anthropic.com/v1/messages', 'anthropic', 'https://api.anthropic.com/v1'],
    ['https://generativelanguage.googleapis.com', 'gemini', 'https://generativelanguage.googleapis.com/v1beta'],
    ['https://bedrock-runtime.us-east-1.amazonaws.com', 'bedrock', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
    ['https://api.mistral.ai/v1/chat/completions', 'mistral', 'https://api.mistral.ai/v1'],
    ['https://api.cohere.com/v2/chat', 'cohere', 'https://api.cohere.com/v2'],
    ['http://127.0.0.1:11434/v1', 'ollama', 'http://127.0.0.1:11434'],
    ['http://127.0.0.1:11434/api/chat', 'ollama', 'http://127.0.0.1:11434'],
    ['http://127.0.0.1:8000', 'openai-chat', 'http://127.0.0.1:8000/v1'],
    ['https://api.z.ai/api/paas/v4/', 'openai-chat', 'https://api.z.ai/api/paas/v4'],
    ['https://openrouter.ai/api/v1', 'openai-chat', 'https://openrouter.ai/api/v1'],
  ])('%s is first thought of as %s at %s', (address, api, baseUrl) => {
    expect(first(address)).toEqual([api, baseUrl]);
  });

  it('whose owner is known, or whose API is given, is asked for nothing else', () => {
    expect(candidatesAt(baseUrlOf('https://api.anthropic.com/v1'), undefined)).toHaveLength(1);
    expect(candidatesAt(baseUrlOf('http://127.0.0.1:8000/v1'), 'cohere')).toEqual([
      { api: 'cohere', baseUrl: 'http://127.0.0.1:8000/v1', why: 'it was given' },
    ]);
  });
});
