import { describe, expect, it } from '@jest/globals';
import type { ModelResponse } from '../../model-response.js';
import { callChunk, chunk, readEvents, targetOf } from '../reading.fixture.js';
import { mistral } from './mistral.js';

const thinking = (text: string): object => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
const whole = (id: string, city: string, index = 0): object => ({
  index,
  id,
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
});

function read(...events: unknown[]): ModelResponse {
  return readEvents({ api: 'mistral' }, events);
}

describe("an answer of Mistral's API", () => {
  it('gives thinking chunks as signed reasoning, text chunks as text, and the usage of the last chunk', () => {
    const response = read(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: [thinking('Let me ')] }),
      chunk({ content: [thinking('see.')] }),
      chunk({ content: [{ type: 'text', text: 'It is ' }] }),
      chunk({ content: 'sunny' }),
      chunk({ content: [{ type: 'reference', reference_ids: [1] }] }),
      chunk({ content: '.' }, 'stop', { usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 } }),
      '[DONE]',
    );
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Let me see.', signer: 'mistral' },
      { type: 'text', text: 'It is sunny.' },
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', repairs: [] });
    expect(response.usage).toMatchObject({ inputTokens: 12, outputTokens: 8, source: 'reported' });
  });

  it('gives calls that come whole in one chunk', () => {
    const calls = [whole('abc123XYZ', 'Paris'), whole('abc123XYY', 'Rome', 1)];
    const response = read(chunk({ content: '', tool_calls: calls }, 'tool_calls'), '[DONE]');
    expect(response.toolCalls).toMatchObject([
      { name: 'get_weather', arguments: { city: 'Paris' }, providerId: 'abc123XYZ' },
      { name: 'get_weather', arguments: { city: 'Rome' }, providerId: 'abc123XYY' },
    ]);
    expect(response.repairs).toEqual([]);
  });

  it.each([
    ['arguments as an object', callChunk({ id: 'a', function: { name: 'get_weather', arguments: { city: 'Paris' } } })],
    ['id "null"', callChunk({ ...whole('null', 'Paris') })],
  ])('%s: the call is read once and right', (_quirk, event) => {
    const response = read(event, chunk({}, 'tool_calls'), '[DONE]');
    expect(response.toolCalls).toMatchObject([{ name: 'get_weather', arguments: { city: 'Paris' } }]);
  });

  it.each(['length', 'model_length'])('finish reason %s: no call is executed', (finish) => {
    const response = read(callChunk(whole('abc123XYZ', 'Paris')), chunk({}, finish));
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });

  it('finish reason error: what was said is no answer, and may be asked for again', () => {
    expect(() => read(chunk({ content: 'It is' }), chunk({}, 'error'), '[DONE]')).toThrow(
      expect.objectContaining({ kind: 'unavailable', retryable: true }),
    );
  });
});

describe("a refusal of Mistral's API", () => {
  const classify = (status: number, body: object) =>
    mistral.classifyError({ status, headers: new Headers(), text: JSON.stringify(body) }, targetOf({ api: 'mistral' }));
  const error = (message: unknown, type = 'invalid_request_error'): object => ({
    object: 'error',
    message,
    type,
    param: null,
    code: null,
  });
  it.each([
    ['wrong key', 401, { detail: 'Unauthorized' }, 'auth'],
    ['rate limit', 429, { message: 'Requests rate limit exceeded' }, 'rate_limited'],
    ['order of roles', 400, error("Unexpected role 'user' after role 'tool'"), 'bad_request'],
    ['unknown member', 422, error({ detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'] }] }), 'bad_request'],
    [
      'overflow',
      400,
      error('Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length'),
      'overflow',
    ],
  ])('%s (%i) is %s', (_what, status, body, kind) => {
    expect(classify(status, body).kind).toBe(kind);
  });
});
