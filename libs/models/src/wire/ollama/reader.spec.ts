import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../messages/message-helpers.js';
import type { ModelResponse } from '../../model-response.js';
import { readBytes, readEvents, responseOf, targetOf } from '../reading.fixture.js';
import { ollama } from './ollama.js';

const chunk = (message: object, more: object = { done: false }): object => ({
  model: 'qwen3',
  created_at: '2026-11-03T12:00:00Z',
  message: { role: 'assistant', content: '', ...message },
  ...more,
});
const call = (name: string, args: unknown, more: object = {}): object => ({
  ...more,
  function: { name, arguments: args },
});
const called = (...calls: object[]): object => chunk({ tool_calls: calls });
const done = (reason: string | undefined = 'stop', more: object = { prompt_eval_count: 26, eval_count: 12 }): object =>
  chunk({}, { done: true, done_reason: reason, ...more });

function read(...events: unknown[]): ModelResponse {
  return readEvents({ api: 'ollama' }, events);
}
function readText(text: string): ModelResponse {
  return responseOf(readBytes({ api: 'ollama' }, new TextEncoder().encode(text), []));
}
const lines = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join('\n');
const calls = (response: ModelResponse): [string, unknown][] =>
  response.toolCalls.map((each) => [each.name, each.arguments]);
const PARIS = call('get_weather', { city: 'Paris' });

describe("an answer of Ollama's chat API", () => {
  it('gives thinking, text, the model, finish and usage in one form', () => {
    const response = read(
      chunk({ thinking: 'H' }),
      chunk({ thinking: 'm.' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      done(),
    );
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'ollama' },
      { type: 'text', text: 'Hello' },
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', modelId: 'qwen3', repairs: [] });
    expect(response.usage).toMatchObject({ inputTokens: 26, outputTokens: 12, source: 'reported' });
  });

  it('gives calls, whose arguments are objects, over several chunks; done_reason is stop for them too', () => {
    const response = read(
      chunk({ content: 'Let me see.' }),
      called(PARIS),
      called(call('get_weather', { city: 'Rome' }, { id: 'call_x' }), call('clock', {})),
      done(),
    );
    expect(calls(response)).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_weather', { city: 'Rome' }],
      ['clock', {}],
    ]);
    expect(response).toMatchObject({ finishReason: 'tool_calls', rawFinishReason: 'stop', repairs: [] });
    expect(response.toolCalls[1]?.providerId).toBe('call_x');
  });

  it('reads a whole body as the stream of the same answer', () => {
    const whole = chunk(
      { content: 'Hi', thinking: 'Hm.', tool_calls: [PARIS] },
      { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 1 },
    );
    const response = read(whole);
    expect(response.message.parts.map((part) => part.type)).toEqual(['reasoning', 'text', 'tool_call']);
    expect(response.usage.inputTokens).toBe(3);
  });

  it('reads lines with any ends, blank ones between, and the last one without an end', () => {
    const text = `${JSON.stringify(chunk({ content: 'He' }))}\r\n\n${lines(chunk({ content: 'llo' }), done())}`;
    expect(textOf(readText(text).message)).toBe('Hello');
    expect(textOf(readText(`${text}\n`).message)).toBe('Hello');
    // As one JSON body, which is how a proxy that does not know the type passes it on.
    expect(textOf(read(text).message)).toBe('Hello');
  });
});

describe('quirks of streams that are put right', () => {
  it.each([
    ['arguments in a string', [called(call('get_weather', '{"city":"Paris"}'))]],
    ['the whole call again in the last chunk', [called(PARIS), called(PARIS)]],
    ['the whole call again with its id', [called({ id: 'a', ...PARIS }), called({ id: 'a', ...PARIS })]],
  ])('%s: the call is read once and right', (_quirk, events) => {
    expect(calls(read(...events, done()))).toEqual([['get_weather', { city: 'Paris' }]]);
  });

  it('parallel calls that all claim index 0 stay calls of their own', () => {
    const at0 = (city: string): object => ({ function: { index: 0, name: 'get_weather', arguments: { city } } });
    expect(calls(read(called(at0('Paris')), called(at0('Rome')), done()))).toHaveLength(2);
  });

  it('two equal calls in one chunk are two calls', () => {
    expect(calls(read(called(PARIS, PARIS), done()))).toHaveLength(2);
  });

  it.each([undefined, null, {}, ''])('arguments %j: a call without arguments has an empty object', (args) => {
    expect(calls(read(called(call('clock', args)), done()))).toEqual([['clock', {}]]);
  });

  it('done without a reason counts, as older servers end', () => {
    const response = read(chunk({ content: 'Hi' }), chunk({}, { done: true }));
    expect(response).toMatchObject({ finishReason: 'stop', repairs: [{ code: 'finish_missing' }] });
  });

  it('a prompt that was cached and is not counted is estimated, and the usage says so', () => {
    const response = read(chunk({ content: 'Hi' }), done('stop', { eval_count: 12 }));
    expect(response.usage).toMatchObject({ outputTokens: 12, source: 'estimated' });
    expect(response.usage.inputTokens).toBeGreaterThan(0);
  });
});

describe('answers that are not whole', () => {
  it('done_reason length: no call is executed', () => {
    expect(read(called(PARIS), done('length'))).toMatchObject({
      finishReason: 'length',
      toolCalls: [],
      rejectedCalls: [{ code: 'truncated' }],
    });
  });

  it.each(['load', 'unload'])('done_reason %s: the model said nothing, and may be asked again', (reason) => {
    expect(() => read(done(reason, {}))).toThrow(expect.objectContaining({ kind: 'empty_answer', retryable: true }));
  });

  it('an error line in mid-stream is told', () => {
    const error = { error: 'an error was encountered while running the model' };
    expect(() => readText(lines(chunk({ content: 'Hi' }), called(PARIS), error))).toThrow(
      expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining('while running the model') }),
    );
  });

  it('a stream without done is broken, also when its last line is cut', () => {
    const broken = expect.objectContaining({ kind: 'broken_stream' });
    expect(() => readText(lines(chunk({ content: 'Hi' }), called(PARIS)))).toThrow(broken);
    expect(() => readText(lines(called(PARIS), done()).slice(0, -1))).toThrow(broken);
    expect(() => readText('')).toThrow(broken);
  });

  it('a line that is not JSON is malformed', () => {
    expect(() => readText(`{"message":\n${JSON.stringify(done())}`)).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });
});

describe('a refusal of Ollama', () => {
  it.each([
    [404, 'model "qwen4" not found, try pulling it first', 'bad_request'],
    [400, 'registry.ollama.ai/library/phi3 does not support tools', 'bad_request'],
    [
      400,
      '{"error":{"code":400,"message":"request (8889 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error"}}',
      'overflow',
    ],
    [400, 'the prompt is longer than the context length currently available to the model', 'overflow'],
    [503, 'server busy, please try again. maximum pending requests exceeded', 'overloaded'],
    [500, 'model runner has unexpectedly stopped', 'unavailable'],
  ])('%i "%s" is %s', (status, error, kind) => {
    const failure = { status, headers: new Headers(), text: JSON.stringify({ error }) };
    expect(ollama.classifyError(failure, targetOf({ api: 'ollama' })).kind).toBe(kind);
  });
});
