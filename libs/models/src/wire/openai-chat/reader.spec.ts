import { describe, expect, it } from '@jest/globals';
import { ModelError } from '../../model-error.js';
import { textOf } from '../../messages/message-helpers.js';
import type { ModelResponse } from '../../model-response.js';
import { callChunk, chunk, readEvents } from '../reading.fixture.js';

const PARIS = { city: 'Paris' };
const START = { index: 0, id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '' } };
const FINISH = chunk({}, 'tool_calls');

function read(events: readonly unknown[], end: readonly unknown[] = [FINISH, '[DONE]']): ModelResponse {
  return readEvents({ api: 'openai-chat' }, [...events, ...end]);
}
const argumentsChunk = (text: string, index = 0): object => callChunk({ index, function: { arguments: text } });
const calls = (response: ModelResponse): [string, unknown][] =>
  response.toolCalls.map((call) => [call.name, call.arguments]);
const repairs = (response: ModelResponse): string[] => response.repairs.map((repair) => repair.code);

describe('an answer over chat completions', () => {
  it('gives text, reasoning, ids, finish and usage in one form', () => {
    const response = read(
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ reasoning_content: 'Hm.' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
      ],
      [
        chunk({}, 'stop'),
        {
          choices: [],
          usage: { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 6 } },
        },
        '[DONE]',
      ],
    );
    expect(textOf(response.message)).toBe('Hello');
    expect(response.message.parts[0]).toEqual({ type: 'reasoning', text: 'Hm.' });
    expect(response).toMatchObject({
      finishReason: 'stop',
      modelId: 'answered-model',
      responseId: 'chatcmpl-1',
      repairs: [],
    });
    expect(response.usage).toMatchObject({
      inputTokens: 10,
      uncachedInputTokens: 4,
      cacheReadTokens: 6,
      outputTokens: 4,
      source: 'reported',
    });
    expect(response.message.provenance).toMatchObject({ backend: 'test', model: 'answered-model' });
  });

  it("gives a whole call with our id and remembers the provider's", () => {
    const response = read([callChunk(START), argumentsChunk('{"city":'), argumentsChunk('"Paris"}')]);
    expect(response.toolCalls).toEqual([
      { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: PARIS, providerId: 'c1' },
    ]);
    expect(response.message.parts).toEqual(response.toolCalls);
    expect(repairs(response)).toEqual([]);
  });

  it('reads a whole body as the stream of the same answer', () => {
    const response = readEvents({ api: 'openai-chat' }, [
      {
        id: 'x',
        choices: [
          {
            index: 0,
            message: {
              content: null,
              tool_calls: [
                { id: 'c1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
                { id: 'c2', function: { name: 'clock', arguments: '{}' } },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ]);
    expect(calls(response)).toEqual([
      ['get_weather', PARIS],
      ['clock', {}],
    ]);
  });

  it('keeps parallel calls apart when their pieces are interleaved', () => {
    const response = read([
      callChunk(START),
      callChunk({ index: 1, id: 'c2', function: { name: 'get_weather', arguments: '' } }),
      argumentsChunk('{"city":', 0),
      argumentsChunk('{"city":"Ro', 1),
      argumentsChunk('"Paris"}', 0),
      argumentsChunk('me"}', 1),
    ]);
    expect(calls(response)).toEqual([
      ['get_weather', PARIS],
      ['get_weather', { city: 'Rome' }],
    ]);
  });
});

describe('an answer that says nothing', () => {
  it.each([
    ['nothing', []],
    ['blank text', [chunk({ content: ' \n' })]],
    ['reasoning only', [chunk({ reasoning_content: 'Hm.' })]],
  ])('%s: is none, and may be asked for again', (_what, content) => {
    for (const finish of ['stop', 'tool_calls', 'something_new'])
      expect(() => read(content, [chunk({}, finish), '[DONE]'])).toThrow(
        expect.objectContaining({ code: 'model.empty_answer', retryable: true }),
      );
    expect(read(content, [chunk({}, 'length')]).finishReason).toBe('length');
    expect(read(content, [chunk({}, 'content_filter')]).finishReason).toBe('refused');
  });

  it('the mark of the end alone is a broken stream', () => {
    expect(() => read([], ['[DONE]'])).toThrow(expect.objectContaining({ kind: 'broken_stream', retryable: true }));
    expect(() => read([chunk({ reasoning_content: 'Hm.' })], ['[DONE]'])).toThrow(
      expect.objectContaining({ kind: 'empty_answer' }),
    );
  });
});

describe('an answer that nests deeper than anybody means', () => {
  const deep = `${'{"a":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;

  it('as the arguments of a call is a call that is refused with the reason', () => {
    const response = read([callChunk(START), argumentsChunk(deep)]);
    expect(response.toolCalls).toEqual([]);
    expect(response.rejectedCalls).toMatchObject([
      { code: 'malformed_arguments', reason: expect.stringContaining('100 levels') },
    ]);
  });

  it('as an event is malformed', () => {
    expect(() => read([`{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":${deep}}}]}}]}`])).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });
});

describe('usage that cannot be', () => {
  it.each([-5, 3.7, 1e18, Number.MAX_VALUE])('%d counts as not reported, and the repair says so', (wrong) => {
    const usage = { prompt_tokens: 10, completion_tokens: wrong };
    const response = read(
      [chunk({ content: 'Hi' }), { choices: [], usage }, { choices: [], usage }],
      [chunk({}, 'stop')],
    );
    expect(response.usage).toMatchObject({ inputTokens: 10, outputTokens: 0 });
    expect(repairs(response)).toEqual(['usage_ignored']);

    const all = { prompt_tokens: wrong, completion_tokens: wrong };
    const estimated = read([chunk({ content: 'Hi' }), { choices: [], usage: all }], [chunk({}, 'stop')]);
    expect(estimated.usage).toMatchObject({ source: 'estimated', outputTokens: 1 });
  });
});

describe('quirks of streams that are put right', () => {
  it.each([
    ['id missing', [callChunk({ index: 0, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } })]],
    ['id empty', [callChunk({ ...START, id: '' }), argumentsChunk('{"city":"Paris"}')]],
    ['id "null"', [callChunk({ ...START, id: 'null' }), argumentsChunk('{"city":"Paris"}')]],
    [
      'id late',
      [
        callChunk({ ...START, id: undefined }),
        callChunk({ index: 0, id: 'c1', function: { arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'id re-minted with each chunk',
      [
        callChunk(START),
        callChunk({ index: 0, id: 'c2', function: { arguments: '{"city":' } }),
        callChunk({ index: 0, id: 'c3', function: { arguments: '"Paris"}' } }),
      ],
    ],
    [
      'id and name repeated with each chunk',
      [
        callChunk(START),
        callChunk({ ...START, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
        callChunk(START),
      ],
    ],
    [
      'id re-minted and name repeated',
      [
        callChunk(START),
        callChunk({ ...START, id: 'c2', function: { name: 'get_weather', arguments: '{"city":"Pa' } }),
        callChunk({ ...START, id: 'c3', function: { name: 'get_weather', arguments: 'ris"}' } }),
        callChunk({ ...START, id: 'c4' }),
      ],
    ],
    [
      'index missing',
      [
        callChunk({ id: 'c1', function: { name: 'get_weather', arguments: '' } }),
        callChunk({ function: { arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'index missing in the first piece only',
      [
        callChunk({ id: 'c1', function: { name: 'get_weather', arguments: '' } }),
        argumentsChunk('{"city":'),
        argumentsChunk('"Paris"}'),
      ],
    ],
    [
      'name late',
      [
        callChunk({ index: 0, id: 'c1', function: { name: '', arguments: '' } }),
        callChunk({ index: 0, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'arguments before the name',
      [
        callChunk({ index: 0, id: 'c1', function: { arguments: '{"city":' } }),
        callChunk({ index: 0, function: { name: 'get_weather', arguments: '"Paris"}' } }),
      ],
    ],
    [
      'name in pieces',
      [
        callChunk({ ...START, function: { name: 'get_', arguments: '' } }),
        callChunk({ index: 0, function: { name: 'weather' } }),
        argumentsChunk('{"city":"Paris"}'),
      ],
    ],
    [
      'name cumulative',
      [
        callChunk({ ...START, function: { name: 'get_', arguments: '' } }),
        callChunk({ index: 0, function: { name: 'get_weather' } }),
        argumentsChunk('{"city":"Paris"}'),
      ],
    ],
    ['arguments as an object', [callChunk({ ...START, function: { name: 'get_weather', arguments: PARIS } })]],
    [
      'arguments cumulative',
      [
        callChunk(START),
        argumentsChunk('{"city"'),
        argumentsChunk('{"city":"Paris"'),
        argumentsChunk('{"city":"Paris"}'),
      ],
    ],
    ['arguments double-encoded', [callChunk(START), argumentsChunk('"{\\"city\\":'), argumentsChunk('\\"Paris\\"}"')]],
    [
      'the whole call again in the last chunk',
      [
        callChunk(START),
        argumentsChunk('{"city":"Paris"}'),
        callChunk({ ...START, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'the whole call again at another index',
      [
        callChunk(START),
        argumentsChunk('{"city":"Paris"}'),
        callChunk({ ...START, index: 1, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'functions. before the name',
      [callChunk({ ...START, function: { name: 'functions.get_weather:0', arguments: '{"city":"Paris"}' } })],
    ],
    [
      'name and arguments outside function',
      [callChunk({ index: 0, id: 'c1', name: 'get_weather', arguments: '{"city":"Paris"}' })],
    ],
    [
      'legacy function_call',
      [
        chunk({ function_call: { name: 'get_weather', arguments: '' } }),
        chunk({ function_call: { arguments: '{"city":"Paris"}' } }),
      ],
    ],
    [
      'multi_tool_use.parallel',
      [
        callChunk({
          ...START,
          function: {
            name: 'multi_tool_use.parallel',
            arguments: '{"tool_uses":[{"recipient_name":"functions.get_weather","parameters":{"city":"Paris"}}]}',
          },
        }),
      ],
    ],
  ])('%s: the call is read once and right', (_name, events) => {
    expect(calls(read(events))).toEqual([['get_weather', PARIS]]);
  });

  it('closing with the whole message repeats neither text nor call', () => {
    const response = read([
      chunk({ content: 'Let me see.' }),
      callChunk(START),
      argumentsChunk('{"city":"Paris"}'),
      {
        choices: [
          {
            index: 0,
            message: {
              content: 'Let me see.',
              tool_calls: [{ id: 'c1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ]);
    expect(textOf(response.message)).toBe('Let me see.');
    expect(calls(response)).toEqual([['get_weather', PARIS]]);
  });

  it('parallel calls that all claim index 0 stay two calls', () => {
    const one = callChunk(START);
    const two = callChunk({ ...START, id: 'c2' });
    const response = read([one, argumentsChunk('{"city":"Paris"}'), two, argumentsChunk('{"city":"Rome"}')]);
    expect(calls(response)).toEqual([
      ['get_weather', PARIS],
      ['get_weather', { city: 'Rome' }],
    ]);
  });

  it('whole calls of one chunk without index or id stay apart', () => {
    const entry = (city: string): object => ({
      function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
    });
    expect(calls(read([chunk({ tool_calls: [entry('Paris'), entry('Rome')] })]))).toHaveLength(2);
    expect(calls(read([callChunk(entry('Paris')), callChunk(entry('Rome'))]))).toHaveLength(2);
  });

  it('two calls with one id are two calls if they differ', () => {
    const response = read([
      callChunk({ ...START, function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
      callChunk({ ...START, index: 1, function: { name: 'clock', arguments: '{}' } }),
    ]);
    expect(calls(response)).toEqual([
      ['get_weather', PARIS],
      ['clock', {}],
    ]);
  });

  it('a call without arguments has an empty object', () => {
    for (const written of ['', undefined, null]) {
      expect(calls(read([callChunk({ index: 0, id: 'c1', function: { name: 'clock', arguments: written } })]))).toEqual(
        [['clock', {}]],
      );
    }
  });

  it('finish "stop" with a call is tool_calls, "tool_calls" without one is stop, and both are recorded', () => {
    const withCall = read([callChunk(START), argumentsChunk('{"city":"Paris"}')], [chunk({}, 'stop')]);
    expect(withCall).toMatchObject({ finishReason: 'tool_calls', rawFinishReason: 'stop' });
    expect(repairs(withCall)).toContain('finish_corrected');
    expect(read([chunk({ content: 'Hi' })]).finishReason).toBe('stop');
  });

  it('a stream that is closed properly without a finish reason counts', () => {
    const response = read([chunk({ content: 'Hi' })], ['[DONE]']);
    expect(response.finishReason).toBe('stop');
    expect(repairs(response)).toEqual(['finish_missing']);
  });

  it.each([
    ['reasoning', { reasoning: 'Hm.' }],
    ['reasoning_content', { reasoning_content: 'Hm.' }],
    ['both at once', { reasoning: 'Hm.', reasoning_content: 'Hm.' }],
    ['thinking parts', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }],
  ])('reasoning in %s is read once', (_name, delta) => {
    expect(read([chunk(delta), chunk({ content: 'Yes' })], [chunk({}, 'stop')]).message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Yes' },
    ]);
  });

  it.each([
    ['prompt_tokens_details.cached_tokens', { prompt_tokens_details: { cached_tokens: 6 } }],
    ['prompt_cache_hit_tokens', { prompt_cache_hit_tokens: 6 }],
    ['cached_tokens', { cached_tokens: 6 }],
  ])('cached tokens in %s are counted', (_name, details) => {
    const response = read(
      [chunk({ content: 'Hi' })],
      [chunk({}, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 2, ...details } })],
    );
    expect(response.usage).toMatchObject({ inputTokens: 10, cacheReadTokens: 6, uncachedInputTokens: 4 });
  });

  it('usage in x_groq is found, and usage that nobody reports is estimated and says so', () => {
    expect(
      read([chunk({ content: 'Hi' }, 'stop', { x_groq: { usage: { prompt_tokens: 3, completion_tokens: 1 } } })], [])
        .usage.inputTokens,
    ).toBe(3);
    expect(read([chunk({ content: 'Hello you' }, 'stop')], []).usage).toMatchObject({
      source: 'estimated',
      outputTokens: 3,
    });
  });
});

describe('calls that must not be executed', () => {
  const rejection = (events: readonly unknown[], end?: readonly unknown[]): string[] => {
    const response = read(events, end);
    expect(response.toolCalls).toEqual([]);
    // Each stands in the message, because each needs an answer.
    expect(response.message.parts.filter((part) => part.type === 'tool_call')).toHaveLength(
      response.rejectedCalls.length,
    );
    return response.rejectedCalls.map((rejected) => rejected.code);
  };

  it('a call of a cut answer, even if it looks whole', () => {
    expect(rejection([callChunk(START), argumentsChunk('{"city":"Paris"}')], [chunk({}, 'length')])).toEqual([
      'truncated',
    ]);
    expect(rejection([callChunk(START), argumentsChunk('{"city":"Par')], [chunk({}, 'length')])).toEqual(['truncated']);
    expect(rejection([callChunk(START), argumentsChunk('{"city":"Paris"}')], [chunk({}, 'content_filter')])).toEqual([
      'truncated',
    ]);
    expect(
      rejection([callChunk(START), argumentsChunk('{"city":"Paris"}')], [chunk({}, 'insufficient_system_resource')]),
    ).toEqual(['truncated']);
  });

  it('a call whose arguments are not an object, and nothing is closed or guessed', () => {
    for (const broken of [
      '{"city":"Par',
      '{"city":"Paris"}}',
      '["Paris"]',
      'Paris',
      "{'city':'Paris'}",
      '{"city":"C:\\new"',
    ]) {
      expect(rejection([callChunk(START), argumentsChunk(broken)])).toEqual(['malformed_arguments']);
    }
  });

  it('a call of a tool that was not offered, and the reason names the offered ones', () => {
    const response = read([callChunk({ ...START, function: { name: 'rm_rf', arguments: '{}' } })]);
    expect(response.rejectedCalls[0]).toMatchObject({
      code: 'unknown_tool',
      reason: expect.stringContaining('get_weather, clock'),
    });
  });

  it('a call whose arguments break the schema, and the reason says where', () => {
    const response = read([callChunk(START), argumentsChunk('{"city":5,"town":"x"}')]);
    expect(response.rejectedCalls[0]).toMatchObject({
      code: 'invalid_arguments',
      reason: expect.stringMatching(/city must be string.*town|town.*city/s),
    });
  });

  it('a call without arguments when the answer never said that it is complete', () => {
    expect(
      rejection([callChunk({ index: 0, id: 'c1', function: { name: 'clock', arguments: '' } })], ['[DONE]']),
    ).toEqual(['truncated']);
  });

  it('a good call beside a bad one is still executed', () => {
    const response = read([
      callChunk(START),
      argumentsChunk('{"city":"Paris"}'),
      callChunk({ index: 1, id: 'c2', function: { name: 'nope', arguments: '{}' } }),
    ]);
    expect(calls(response)).toEqual([['get_weather', PARIS]]);
    expect(response.rejectedCalls).toHaveLength(1);
    expect(response.finishReason).toBe('tool_calls');
  });
});

describe('answers that break off', () => {
  const failure = (events: readonly unknown[]): ModelError => {
    try {
      read(events, []);
    } catch (error) {
      if (ModelError.is(error)) return error;
      throw error;
    }
    throw new Error('it was read without an error');
  };

  it('no finish reason and no end mark is a broken stream, to be tried again', () => {
    expect(failure([chunk({ content: 'Hel' })])).toMatchObject({ kind: 'broken_stream', retryable: true });
    expect(failure([])).toMatchObject({ kind: 'broken_stream', retryable: true });
  });

  it('an error object in the stream is that error', () => {
    expect(
      failure([chunk({ content: 'Hel' }), { error: { message: 'Overloaded', type: 'overloaded_error' } }]),
    ).toMatchObject({ kind: 'overloaded' });
    expect(failure([{ error: { message: 'Upstream died', code: 502 } }])).toMatchObject({
      kind: 'unavailable',
      status: 502,
      retryable: true,
    });
    expect(failure([{ object: 'error', message: "This model's maximum context length is 10 tokens" }])).toMatchObject({
      kind: 'overflow',
      retryable: false,
    });
  });

  it('an event that is not JSON is malformed', () => {
    expect(failure(['{"choices":[{'])).toMatchObject({ kind: 'malformed', retryable: true });
  });
});
