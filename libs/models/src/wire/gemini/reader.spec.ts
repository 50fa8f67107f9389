import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ModelEvent, ModelResponse } from '../../model-response.js';
import { classifyHttpFailure } from '../classify-http-failure.js';
import { readBytes, readEvents, readerOf, responseOf, targetOf } from '../reading.fixture.js';

const chunk = (parts: readonly object[], finishReason?: string, more: object = {}): object => ({
  candidates: [
    { content: { role: 'model', parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) },
  ],
  modelVersion: 'gemini-x',
  responseId: 'r1',
  ...more,
});
const call = (city: string, more: object = {}): object => ({
  functionCall: { name: 'get_weather', args: { city } },
  ...more,
});
const partial = (pieces: readonly object[], more: object = { willContinue: true }): object =>
  chunk([{ functionCall: { partialArgs: pieces, ...more } }]);
const START = chunk([{ functionCall: { name: 'get_weather', willContinue: true }, thoughtSignature: 'c2ln' }]);
const STOP = chunk([{ text: '' }], 'STOP');

const read = (...events: readonly unknown[]): ModelResponse => readEvents({ api: 'gemini' }, events);
const cities = (response: ModelResponse): unknown => response.toolCalls.map((each) => each.arguments['city']);
const codes = (response: ModelResponse): unknown => response.repairs.map((repair) => repair.code);

describe('an answer over generateContent', () => {
  it('gives thoughts, text and usage whose identities hold, streamed, whole or as a list of chunks', () => {
    const usage = {
      promptTokenCount: 100,
      cachedContentTokenCount: 80,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 20,
    };
    const chunks = [
      chunk([{ text: 'Hm', thought: true }], undefined, { usageMetadata: { promptTokenCount: 100 } }),
      chunk([{ text: '.', thought: true }, { text: 'Grüezi ' }]),
      chunk([{ text: 'Welt' }], 'STOP', { usageMetadata: { ...usage, toolUsePromptTokenCount: 5 } }),
      { usageMetadata: { trafficType: 'ON_DEMAND' } },
    ];
    const response = read(...chunks);
    expect(response).toMatchObject({
      finishReason: 'stop',
      rawFinishReason: 'STOP',
      modelId: 'gemini-x',
      responseId: 'r1',
      repairs: [],
      usage: {
        inputTokens: 105,
        uncachedInputTokens: 25,
        cacheReadTokens: 80,
        outputTokens: 27,
        reasoningTokens: 20,
        source: 'reported',
      },
    });
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'gemini' },
      { type: 'text', text: 'Grüezi Welt' },
    ]);
    expect(read(chunks)).toEqual(response);
    expect(read(chunk([{ text: 'Hm.', thought: true }, { text: 'Grüezi Welt' }], 'STOP')).message).toEqual(
      response.message,
    );
  });

  it('gives calls whole, without ids, several of one name, although the word for the end is STOP', () => {
    const response = read(chunk([call('Paris', { thoughtSignature: 'c2ln' }), call('Rome')]), STOP);
    expect(response.toolCalls).toEqual([
      {
        type: 'tool_call',
        id: 'call_1',
        name: 'get_weather',
        arguments: { city: 'Paris' },
        seal: { signer: 'gemini', value: 'c2ln' },
      },
      { type: 'tool_call', id: 'call_2', name: 'get_weather', arguments: { city: 'Rome' } },
    ]);
    expect(response).toMatchObject({ finishReason: 'tool_calls', repairs: [] });
  });

  it('a call without arguments has a name only', () => {
    expect(read(chunk([{ functionCall: { name: 'clock' } }]), STOP).toolCalls).toMatchObject([
      { name: 'clock', arguments: {} },
    ]);
  });

  it.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'refused'],
    ['RECITATION', 'refused'],
    ['LANGUAGE', 'refused'],
    ['BLOCKLIST', 'refused'],
    ['PROHIBITED_CONTENT', 'refused'],
    ['SPII', 'refused'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['OTHER', 'other'],
    ['A_WORD_OF_THE_FUTURE', 'other'],
  ])('finish reason %s is %s, and no call before it is executed', (raw, reason) => {
    const response = read(chunk([{ text: 'So' }, call('Paris')]), chunk([], raw), STOP);
    expect(response).toMatchObject({ finishReason: reason, rawFinishReason: raw, toolCalls: [] });
    expect(response.rejectedCalls).toMatchObject([{ code: 'truncated' }]);
  });

  it('MALFORMED_FUNCTION_CALL in place of the terminal call is an answer of nothing, to be asked for again', () => {
    const broken = { candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'print(x' }] };
    expect(() => read(broken)).toThrow(expect.objectContaining({ kind: 'empty_answer', retryable: true }));
  });

  it.each(['SAFETY', 'OTHER', 'PROHIBITED_CONTENT'])('a prompt blocked for %s is refused', (blockReason) => {
    expect(() => read({ promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 9 } })).toThrow(
      expect.objectContaining({ kind: 'refused', retryable: false }),
    );
    expect(read(chunk([{ text: 'So' }], 'STOP', { promptFeedback: { safetyRatings: [] } })).finishReason).toBe('stop');
  });

  it('ignores executed code, its output, media and other candidates', () => {
    const response = read(
      chunk([
        { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'c2ln' },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
        { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        { text: 'One.' },
      ]),
      { candidates: [{ index: 1, content: { parts: [call('Rome')] }, finishReason: 'STOP' }] },
      STOP,
    );
    expect(response.message.parts).toEqual([{ type: 'text', text: 'One.' }]);
  });

  it('names that had to be changed, or that come with the namespace of the template, are those of their tools', () => {
    const schema = { type: 'object' };
    const tools = ['9lives', '-dash', '_9lives', `8${'x'.repeat(63)}`, 'a.b'].map((name) => ({
      name,
      inputSchema: schema,
    }));
    const names = ['_-dash', '_9lives', 'a_b', 'default_api.a_b', 'default_api:_9lives'];
    const response = readEvents({ api: 'gemini' }, [chunk(names.map((name) => ({ functionCall: { name } }))), STOP], {
      tools,
    });
    expect(response.toolCalls.map(({ name }) => name)).toEqual(['-dash', '_9lives', 'a.b', 'a.b', '_9lives']);
    expect(codes(response)).toEqual(['name_prefixed', 'name_prefixed']);
  });
});

describe('thought signatures', () => {
  const marker = (textLength: number): object => ({
    type: 'reasoning',
    text: '',
    signer: 'gemini',
    opaque: { thoughtSignature: 'c2ln', textLength },
  });

  it('on text, also on its last chunk only, stand behind what they sign', () => {
    const response = read(
      chunk([{ text: 'Not signed. ' }]),
      chunk([{ text: 'Signed.', thoughtSignature: 'c2ln' }]),
      chunk([{ text: ' Not signed.' }], 'STOP'),
    );
    expect(response.message.parts).toEqual([
      { type: 'text', text: 'Not signed. Signed.' },
      marker(7),
      { type: 'text', text: ' Not signed.' },
    ]);
  });

  it('on an empty part at the end sign no text (vercel/ai 18073)', () => {
    const end = chunk([{ text: '', thoughtSignature: 'c2ln' }], 'STOP');
    expect(read(chunk([{ text: '4' }]), end).message.parts).toEqual([{ type: 'text', text: '4' }, marker(0)]);
    expect(read(chunk([call('Paris')]), end).message.parts).toMatchObject([{ type: 'tool_call' }, marker(0)]);
    const bare = chunk([{ thoughtSignature: 'c2ln' }], 'STOP');
    expect(read(chunk([{ text: '4' }]), bare).message.parts).toEqual([{ type: 'text', text: '4' }, marker(0)]);
  });

  it('on a thought end it, and an empty thought carries that of the thought before it', () => {
    const response = read(
      chunk([{ text: 'One', thought: true }]),
      chunk([{ text: '', thought: true, thoughtSignature: 'c2ln' }]),
      chunk([{ text: 'Two', thought: true, thoughtSignature: 'Mg==' }]),
      chunk([{ text: 'Yes' }], 'STOP'),
    );
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'One', signer: 'gemini', signature: 'c2ln' },
      { type: 'reasoning', text: 'Two', signer: 'gemini', signature: 'Mg==' },
      { type: 'text', text: 'Yes' },
    ]);
  });

  it('are not lost in streaming (litellm 16893), nor for a call without arguments (vercel/ai 14968)', () => {
    const response = read(
      chunk([{ functionCall: { name: 'clock' }, thoughtSignature: 'Mg==' }]),
      START,
      partial([{ jsonPath: '$.city', stringValue: 'Paris' }], {}),
      STOP,
    );
    expect(response.toolCalls.map(({ seal }) => seal?.value)).toEqual(['Mg==', 'c2ln']);
  });
});

describe('arguments that Vertex streams', () => {
  it.each([
    ['by an empty call', [partial([{ jsonPath: '$.city', stringValue: '' }]), chunk([{ functionCall: {} }])]],
    ['by its last piece (vercel/ai 14358)', [partial([{ jsonPath: '$.city', stringValue: '' }], {})]],
    ['by willContinue: false', [partial([{ jsonPath: '$.city', stringValue: '' }], { willContinue: false })]],
  ])('are assembled, and end %s', (_how, end) => {
    const response = read(
      START,
      partial([{ jsonPath: '$.city', stringValue: 'Par', willContinue: true }]),
      chunk([{ functionCall: { willContinue: true } }]),
      partial([{ jsonPath: '$.city', stringValue: 'is', willContinue: true }]),
      partial([{ jsonPath: '$.days', numberValue: 3 }]),
      ...end,
      STOP,
    );
    expect(response.toolCalls).toMatchObject([{ arguments: { city: 'Paris', days: 3 } }]);
    expect(response.repairs).toEqual([]);
  });

  it('several calls one after another, each with its own', () => {
    const city = (name: string): object[] => [START, partial([{ jsonPath: '$.city', stringValue: name }], {})];
    expect(cities(read(...city('Paris'), ...city('Rome'), STOP))).toEqual(['Paris', 'Rome']);
  });

  it.each([
    ['the call is not ended', [partial([{ jsonPath: '$.city', stringValue: 'Par' }])]],
    ['only its name came', []],
    [
      'a string is not ended',
      [partial([{ jsonPath: '$.city', stringValue: 'Par', willContinue: true }]), chunk([{ functionCall: {} }])],
    ],
    [
      'a value comes twice',
      [partial([{ jsonPath: '$.city', stringValue: 'a' }]), partial([{ jsonPath: '$.city', stringValue: 'b' }], {})],
    ],
    [
      'its name comes again in the middle',
      [
        partial([{ jsonPath: '$.city', stringValue: 'a' }]),
        chunk([{ functionCall: { name: 'get_weather', partialArgs: [{ jsonPath: '$.days', numberValue: 1 }] } }]),
      ],
    ],
    ['pieces have no known value', [partial([{ jsonPath: '$.city', structValue: {} }], {})]],
  ])('are never executed when %s', (_what, events) => {
    const response = read(START, ...events, STOP);
    expect(response.toolCalls).toEqual([]);
    expect(response.rejectedCalls).toMatchObject([{ code: 'malformed_arguments' }]);
  });

  it('pieces without a call, and calls that end twice, start nothing', () => {
    expect(read(chunk([{ functionCall: {} }]), chunk([{ text: 'So' }]), STOP).message.parts).toHaveLength(1);
    const lost = read(partial([{ jsonPath: '$.city', stringValue: 'Paris' }], {}), STOP);
    expect(lost.rejectedCalls).toMatchObject([{ code: 'unknown_tool' }]);
  });
});

describe('calls that are sent again', () => {
  it('in the last chunk are taken once, whether whole or streamed before', () => {
    const again = chunk([call('Paris'), call('Rome')], 'STOP');
    const response = read(chunk([call('Paris', { thoughtSignature: 'c2ln' })]), chunk([call('Rome')]), again);
    expect(cities(response)).toEqual(['Paris', 'Rome']);
    expect(response.toolCalls[0]?.seal?.value).toBe('c2ln');
    expect(codes(response)).toEqual(['call_repeated', 'call_repeated']);
    const streamed = [START, partial([{ jsonPath: '$.city', stringValue: 'Paris' }], {})];
    expect(cities(read(...streamed, chunk([call('Paris')], 'STOP')))).toEqual(['Paris']);
    expect(cities(read(chunk([call('Paris')]), ...streamed, STOP))).toEqual(['Paris']);
  });

  it('two equal calls of one chunk are two calls, and stay two when the chunk is sent again', () => {
    const both = chunk([call('Paris'), call('Paris')]);
    expect(cities(read(both, STOP))).toEqual(['Paris', 'Paris']);
    expect(cities(read(both, both, STOP))).toEqual(['Paris', 'Paris']);
    expect(cities(read(chunk([call('Paris')]), both, STOP))).toEqual(['Paris', 'Paris']);
  });

  it('calls with ids or signatures of their own are calls of their own', () => {
    const withId = (id: string): object => chunk([{ functionCall: { name: 'clock', id } }]);
    expect(read(withId('a'), withId('b'), withId('a'), STOP).toolCalls.map((each) => each.providerId)).toEqual([
      'a',
      'b',
    ]);
    const signed = (thoughtSignature: string): object => chunk([call('Paris', { thoughtSignature })]);
    expect(cities(read(signed('c2ln'), signed('Mg=='), STOP))).toEqual(['Paris', 'Paris']);
  });

  it('with one id and other arguments are not certain: none is executed', () => {
    const withId = (city: string): object =>
      chunk([{ functionCall: { name: 'get_weather', id: 'a', args: { city } } }]);
    expect(read(withId('Paris'), withId('Rome'), STOP)).toMatchObject({
      toolCalls: [],
      rejectedCalls: [{ code: 'malformed_arguments' }],
    });
  });

  it('with one id, first without arguments and then with them, are one call', () => {
    const withId = (args: object): object => chunk([{ functionCall: { name: 'get_weather', id: 'a', args } }]);
    expect(cities(read(withId({}), withId({ city: 'Paris' }), STOP))).toEqual(['Paris']);
  });

  it('arguments without a name complete the call before them, if only one lacks any', () => {
    const bare = { functionCall: { name: 'get_weather', args: {} } };
    const rest = { functionCall: { name: '', args: { city: 'Paris' } } };
    expect(cities(read(chunk([bare]), chunk([rest]), STOP))).toEqual(['Paris']);
    const clock = { functionCall: { name: 'clock' } };
    expect(read(chunk([clock, bare]), chunk([rest]), STOP)).toMatchObject({
      toolCalls: [],
      rejectedCalls: [{}, {}],
    });
  });
});

describe('text that is sent again', () => {
  const texts = (...pieces: string[]): ModelResponse => read(...pieces.map((text) => chunk([{ text }])), STOP);
  const text = (...pieces: string[]): string =>
    texts(...pieces)
      .message.parts.map((part) => (part.type === 'text' ? part.text : ''))
      .join('');

  it('cumulative chunks, short or long, and a whole text at the end are read once', () => {
    expect(text('Hi', 'Hi there, how', 'Hi there, how are you?')).toBe('Hi there, how are you?');
    expect(text('The weather in Paris', 'The weather in Paris is fine.')).toBe('The weather in Paris is fine.');
    expect(text('The weather ', 'in Paris is fine.', 'The weather in Paris is fine.')).toBe(
      'The weather in Paris is fine.',
    );
    expect(codes(texts('The weather in Paris', 'The weather in Paris is fine.'))).toEqual(['text_repeated']);
  });

  it('words that repeat themselves are kept', () => {
    expect(text('ha', 'ha', 'ha')).toBe('hahaha');
    expect(text('no', 'no, never', ' again')).toBe('nono, never again');
    expect(text('no', 'no, never')).toBe('nono, never');
  });

  it('incremental text of any pieces is read as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }), (pieces) => {
        // Chunks that happen to begin with all before them are the one thing that cannot be told apart.
        fc.pre(pieces.every((piece, index) => index === 0 || !piece.startsWith(pieces.slice(0, index).join(''))));
        fc.pre(pieces.join('').trim() !== '');
        expect(text(...pieces)).toBe(pieces.join(''));
      }),
    );
  });
});

describe('an answer that breaks off', () => {
  const failure = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };

  it('without a finish reason is broken', () => {
    expect(() => read(chunk([call('Paris')]))).toThrow(expect.objectContaining({ kind: 'broken_stream' }));
    expect(() => read({ usageMetadata: { promptTokenCount: 3 } })).toThrow(
      expect.objectContaining({ kind: 'broken_stream' }),
    );
    expect(() => read('{"candidates":[{')).toThrow(expect.objectContaining({ kind: 'malformed', retryable: true }));
  });

  it('with an error says which, as an event, as a list, and within a list', () => {
    for (const events of [[failure], [[failure]], [[chunk([{ text: 'So' }]), failure]]]) {
      expect(() => read(...events)).toThrow(expect.objectContaining({ kind: 'overloaded', status: 503 }));
    }
  });

  it.each([
    ['an object', failure],
    ['a list', [failure]],
  ])(
    'with an error that stands between the events as %s of several lines says which, however it is cut',
    (_what, body) => {
      const head = `data: ${JSON.stringify(chunk([{ text: 'Grüezi' }]))}\r\n\r\n`;
      const bytes = new TextEncoder().encode(head + JSON.stringify(body, undefined, 2));
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
          expect(() => readBytes({ api: 'gemini' }, bytes, cuts)).toThrow(
            expect.objectContaining({ kind: 'overloaded', retryable: true }),
          );
        }),
      );
    },
  );

  it('for its rate says how long to wait', () => {
    const limited = {
      error: {
        code: 429,
        message: 'You exceeded your current quota, please check your plan.',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }],
      },
    };
    expect(() => read(chunk([{ text: 'So' }]), [limited])).toThrow(
      expect.objectContaining({ kind: 'rate_limited', retryAfterMs: 34_400 }),
    );
  });

  it.each([
    [400, 'API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT', 'auth'],
    [403, 'Permission denied on resource project x.', 'PERMISSION_DENIED', 'auth'],
    [400, 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).', '', 'overflow'],
    [
      400,
      'Unable to submit request because the input token count is 1048600 but model only supports up to 1048576.',
      'INVALID_ARGUMENT',
      'overflow',
    ],
    [400, 'Function call is missing a thought_signature in functionCall parts.', 'INVALID_ARGUMENT', 'bad_request'],
    [503, 'The model is overloaded. Please try again later.', 'UNAVAILABLE', 'overloaded'],
  ])('HTTP %i "%s" (%s) is %s', (status, message, word, kind) => {
    const text = JSON.stringify([{ error: { code: status, message, status: word } }]);
    expect(classifyHttpFailure({ status, headers: new Headers(), text }, targetOf({ api: 'gemini' }))).toMatchObject({
      kind,
    });
  });
});

it('no mixture of chunks makes the reader fail otherwise than as a model error, or execute what nobody sent', () => {
  const value = fc.oneof(fc.constantFrom('Paris', '', 1, null, true), fc.constant({}));
  const piece = fc.record(
    { jsonPath: fc.constantFrom('$.city', '$.a[0]', '$', 'x'), stringValue: value, willContinue: fc.boolean() },
    { requiredKeys: [] },
  );
  const functionCall = fc.record(
    {
      name: fc.constantFrom('get_weather', 'clock', '', 'x'),
      id: fc.constantFrom('', 'a', 'b'),
      args: fc.oneof(value, fc.constant({ city: 'Paris' })),
      partialArgs: fc.array(piece, { maxLength: 2 }),
      willContinue: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const part = fc.record(
    { text: value, thought: fc.boolean(), thoughtSignature: value, functionCall },
    { requiredKeys: [] },
  );
  const anyChunk = fc.oneof(
    fc.array(part, { maxLength: 3 }).map((parts) => chunk(parts)),
    fc.constantFrom<unknown>(STOP, {}, { candidates: [null] }, { candidates: [{ content: { parts: [1] } }] }),
  );
  fc.assert(
    fc.property(fc.array(anyChunk, { maxLength: 6 }), (chunks) => {
      const reader = readerOf({ api: 'gemini' });
      const events: ModelEvent[] = [];
      try {
        for (const data of [...chunks, STOP])
          events.push(...reader.push({ data: JSON.parse(JSON.stringify(data)), text: JSON.stringify(data) }));
        events.push(...reader.end());
      } catch (error) {
        expect(error).toMatchObject({ name: 'ModelError' });
        return;
      }
      for (const { name, arguments: args } of responseOf(events).toolCalls) {
        if (name === 'get_weather') expect(['Paris', '', 'ParisParis', 'Paris']).toContain(args['city']);
        else expect(name).toBe('clock');
      }
    }),
    { numRuns: 300 },
  );
});
