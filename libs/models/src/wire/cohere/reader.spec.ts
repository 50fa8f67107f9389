import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../messages/message-helpers.js';
import type { ModelResponse } from '../../model-response.js';
import { readBytes, readEvents, responseOf, sse, targetOf } from '../reading.fixture.js';
import { cohere } from './cohere.js';

const START = {
  type: 'message-start',
  id: 'm1',
  delta: { message: { role: 'assistant', content: [], tool_plan: '' } },
};
const plan = (text: string): object => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: text } } });
const content = (type: string, index: number, part: object | string): object => ({
  type,
  index,
  delta: { message: { content: part } },
});
const callStart = (index: number, call: object, name = 'get_weather', args: unknown = ''): object => ({
  type: 'tool-call-start',
  index,
  delta: { message: { tool_calls: { type: 'function', ...call, function: { name, arguments: args } } } },
});
const callDelta = (index: number, args: string): object => ({
  type: 'tool-call-delta',
  index,
  delta: { message: { tool_calls: { function: { arguments: args } } } },
});
const callEnd = (index: number): object => ({ type: 'tool-call-end', index });
const USAGE = {
  billed_units: { input_tokens: 37, output_tokens: 28 },
  tokens: { input_tokens: 913, output_tokens: 83 },
  cached_tokens: 512,
};
const end = (finish: string, more: object = { usage: USAGE }): object => ({
  type: 'message-end',
  delta: { finish_reason: finish, ...more },
});

function read(...events: unknown[]): ModelResponse {
  return readEvents({ api: 'cohere' }, events);
}
const calls = (response: ModelResponse): [string, unknown][] =>
  response.toolCalls.map((call) => [call.name, call.arguments]);

describe("an answer of Cohere's Chat API", () => {
  it('gives thinking, text, ids and the tokens that were processed; citations and the ends of parts are passed over', () => {
    const response = read(
      START,
      content('content-start', 0, { type: 'thinking', thinking: '' }),
      content('content-delta', 0, { thinking: 'Hm.' }),
      { type: 'content-end', index: 0 },
      content('content-start', 1, { type: 'text', text: '' }),
      content('content-delta', 1, { text: 'It is ' }),
      { type: 'citation-start', index: 0, delta: { message: { citations: { start: 0, end: 2, text: 'It' } } } },
      { type: 'citation-end', index: 0 },
      content('content-delta', 1, { text: 'sunny.' }),
      { type: 'content-end', index: 1 },
      { type: 'event-of-the-future', x: 1 },
      end('COMPLETE'),
    );
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'cohere' },
      { type: 'text', text: 'It is sunny.' },
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', responseId: 'm1', repairs: [] });
    expect(response.usage).toMatchObject({
      inputTokens: 913,
      cacheReadTokens: 512,
      uncachedInputTokens: 401,
      outputTokens: 83,
      source: 'reported',
    });
  });

  it('gives the plan as signed reasoning, and parallel calls by their index', () => {
    const response = read(
      START,
      plan('I will '),
      plan('look.'),
      callStart(0, { id: 'get_weather_1' }),
      callDelta(0, '{"city":'),
      callDelta(0, '"Paris"}'),
      callEnd(0),
      callStart(1, { id: 'get_weather_2' }),
      callDelta(1, '{"city":"Rome"}'),
      callEnd(1),
      end('TOOL_CALL'),
    );
    expect(response.message.parts[0]).toEqual({ type: 'reasoning', text: 'I will look.', signer: 'cohere' });
    expect(calls(response)).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_weather', { city: 'Rome' }],
    ]);
    expect(response).toMatchObject({ finishReason: 'tool_calls', repairs: [] });
    expect(response.toolCalls[0]?.providerId).toBe('get_weather_1');
  });

  it('reads a whole body as the stream of the same answer', () => {
    const entry = (id: string, city: string): object => ({
      id,
      type: 'function',
      function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
    });
    const response = read({
      id: 'm1',
      finish_reason: 'TOOL_CALL',
      message: {
        role: 'assistant',
        tool_plan: 'I will look.',
        content: [{ type: 'text', text: 'Wait.' }],
        tool_calls: [entry('a', 'Paris'), entry('b', 'Rome')],
      },
      usage: USAGE,
    });
    expect(response.message.parts.map((part) => part.type)).toEqual(['reasoning', 'text', 'tool_call', 'tool_call']);
    expect(calls(response)).toHaveLength(2);
    expect(response.usage.inputTokens).toBe(913);
  });

  it('takes the type of an event from its name where the data has none', () => {
    const text = [START, content('content-delta', 0, { text: 'Hi' }), end('COMPLETE')]
      .map((event) => {
        const { type, ...data } = JSON.parse(JSON.stringify(event));
        return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
      })
      .join('');
    const response = responseOf(readBytes({ api: 'cohere' }, new TextEncoder().encode(text), []));
    expect(textOf(response.message)).toBe('Hi');
  });

  it("counts billed units where there are no tokens, and takes OpenAI's mark of the end for an end", () => {
    const billed = read(
      content('content-delta', 0, { text: 'Hi' }),
      end('COMPLETE', { usage: { billed_units: USAGE.billed_units } }),
    );
    expect(billed.usage).toMatchObject({ inputTokens: 37, outputTokens: 28 });
    const bytes = new TextEncoder().encode(sse([START, content('content-delta', 0, 'Hi'), '[DONE]']));
    const marked = responseOf(readBytes({ api: 'cohere' }, bytes, []));
    expect(marked.repairs).toEqual([expect.objectContaining({ code: 'finish_missing' })]);
  });
});

describe('quirks of streams that are put right', () => {
  const PARIS = '{"city":"Paris"}';
  it.each([
    ['id missing', [callStart(0, {}), callDelta(0, PARIS)]],
    ['arguments whole in the start', [callStart(0, { id: 'a' }, 'get_weather', PARIS), callEnd(0)]],
    ['arguments as an object', [callStart(0, { id: 'a' }, 'get_weather', { city: 'Paris' })]],
    ['arguments double-encoded', [callStart(0, { id: 'a' }), callDelta(0, JSON.stringify(PARIS))]],
    [
      'the whole call again in the last event',
      [callStart(0, { id: 'a' }), callDelta(0, PARIS), callStart(0, { id: 'a' }, 'get_weather', PARIS)],
    ],
    [
      'calls as a list',
      [
        {
          type: 'tool-call-start',
          delta: { message: { tool_calls: [{ id: 'a', function: { name: 'get_weather', arguments: PARIS } }] } },
        },
      ],
    ],
    [
      'index missing',
      [
        { ...callStart(0, { id: 'a' }), index: undefined },
        { ...callDelta(0, PARIS), index: undefined },
      ],
    ],
  ])('%s: the call is read once and right', (_quirk, events) => {
    expect(calls(read(START, ...events, end('TOOL_CALL')))).toEqual([['get_weather', { city: 'Paris' }]]);
  });

  it.each([null, '', undefined, 'null', {}])('arguments %j: a call without arguments has an empty object', (args) => {
    expect(calls(read(START, callStart(0, { id: 'a' }, 'clock', args), callEnd(0), end('TOOL_CALL')))).toEqual([
      ['clock', {}],
    ]);
  });

  it('finish COMPLETE with a call is tool_calls', () => {
    const response = read(START, callStart(0, { id: 'a' }, 'clock', '{}'), end('COMPLETE'));
    expect(response).toMatchObject({ finishReason: 'tool_calls', repairs: [{ code: 'finish_corrected' }] });
  });
});

describe('answers that are not whole', () => {
  it('MAX_TOKENS: no call is executed', () => {
    const response = read(START, callStart(0, { id: 'a' }), callDelta(0, '{"city":"Paris"}'), end('MAX_TOKENS'));
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });

  it.each([
    ['ERROR', 'unavailable'],
    ['TIMEOUT', 'timeout'],
  ])('%s: what was said is no answer, and may be asked for again', (finish, kind) => {
    expect(() => read(START, content('content-delta', 0, { text: 'It' }), end(finish))).toThrow(
      expect.objectContaining({ kind, retryable: true }),
    );
  });

  it('an error within the last event is told', () => {
    expect(() => read(START, end('ERROR', { error: 'too many tokens: the prompt cannot exceed 4081' }))).toThrow(
      expect.objectContaining({ kind: 'overflow', message: expect.stringContaining('4081') }),
    );
  });

  it('a stream without message-end is broken', () => {
    expect(() => read(START, content('content-delta', 0, { text: 'It' }))).toThrow(
      expect.objectContaining({ kind: 'broken_stream' }),
    );
    expect(() => read('data that is no JSON')).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe("a refusal of Cohere's API", () => {
  it.each([
    [401, 'invalid api token', 'auth'],
    [400, 'system turn must be the first in the list', 'bad_request'],
    [400, 'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.', 'overflow'],
    [429, 'You are using a Trial key, which is limited to 40 API calls / minute.', 'rate_limited'],
    [500, 'internal server error', 'unavailable'],
  ])('%i "%s" is %s', (status, message, kind) => {
    const failure = { status, headers: new Headers(), text: JSON.stringify({ id: 'x', message }) };
    expect(cohere.classifyError(failure, targetOf({ api: 'cohere' })).kind).toBe(kind);
  });
});
