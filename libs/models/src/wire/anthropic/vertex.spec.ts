import { describe, expect, it } from '@jest/globals';
import { callModel } from '../../client/call-model.js';
import { userMessage } from '../../messages/message-helpers.js';
import { defineProfile } from '../../profile/profile.js';
import { targetOf } from '../reading.fixture.js';
import { anthropic } from './anthropic.js';

const MODEL = 'publishers/anthropic/models/claude-sonnet-5@default';
const ANSWER = {
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
};

describe('Claude at Vertex AI', () => {
  it('has its model in the address and the version in the body', () => {
    const target = { ...targetOf({ api: 'anthropic' }), model: MODEL };
    const render = (stream: boolean) => anthropic.render({ messages: [userMessage('Hi')], stream }, target);
    expect(render(true)).toMatchObject({ path: `/${MODEL}:streamRawPredict`, headers: {} });
    expect(render(false).path).toBe(`/${MODEL}:rawPredict`);
    expect(render(true).body).toMatchObject({
      anthropic_version: 'vertex-2023-10-16',
      stream: true,
      max_tokens: 4_096,
    });
    expect(render(true).body).not.toHaveProperty('model');
    const strange = { ...target, model: 'publishers/anthropic/models/../x?y' };
    expect(anthropic.render({ messages: [userMessage('Hi')] }, strange).path).not.toMatch(/\.\.\/|\?/);
  });

  it('is sent an access token, and Anthropic itself a key', async () => {
    const seen: { url: string; headers: Headers }[] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      seen.push({ url: String(url), headers: new Headers(init?.headers) });
      return Response.json(ANSWER);
    };
    const bases = [
      ['https://aiplatform.googleapis.com/v1/projects/p/locations/global', MODEL],
      ['https://api.anthropic.com/v1', 'claude-sonnet-5'],
    ] as const;
    for (const [baseUrl, model] of bases) {
      const profile = defineProfile({ api: 'anthropic' });
      const backend = { name: 'claude', baseUrl, api: 'anthropic', model, profile } as const;
      for await (const event of callModel(backend, { messages: [userMessage('Hi')] }, { apiKey: 'k', fetch }))
        if (event.type === 'response') expect(event.response.modelId).toBe('claude-sonnet-5');
    }
    const [vertex, own] = seen;
    expect(vertex?.url).toBe(
      `https://aiplatform.googleapis.com/v1/projects/p/locations/global/${MODEL}:streamRawPredict`,
    );
    expect([vertex?.headers.get('authorization'), vertex?.headers.get('x-api-key')]).toEqual(['Bearer k', null]);
    expect([own?.headers.get('authorization'), own?.headers.get('x-api-key')]).toEqual([null, 'k']);
    expect(own?.url).toBe('https://api.anthropic.com/v1/messages');
  });
});
