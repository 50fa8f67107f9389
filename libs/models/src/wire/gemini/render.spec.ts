import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../json.js';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, Part, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { TOOLS, WEATHER, readEvents, targetOf } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { gemini } from './gemini.js';
import { validateGenerateContent } from './validate.fixture.js';

const PLACEHOLDER = 'skip_thought_signature_validator';
const call = (id: string, city = 'Paris', more: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool_call',
  id,
  name: 'get_weather',
  arguments: { city },
  ...more,
});
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const result = (id: string, text: string, isError = false): CanonicalMessage =>
  toolResultMessage({ id, name: 'get_weather' }, text, { isError });

function render(request: Partial<ModelRequest>, init: Partial<ProfileInit> = {}, model = 'gemini-x'): WireRequest {
  const rendered = gemini.render(
    { messages: [userMessage('Hi')], ...request },
    { ...targetOf({ api: 'gemini', ...init }), model },
  );
  validateGenerateContent(rendered.body, { ids: init.callIds === 'token' });
  return rendered;
}
const contentsOf = (messages: readonly CanonicalMessage[], init: Partial<ProfileInit> = {}): unknown =>
  render({ messages, tools: TOOLS }, init).body['contents'];

describe('generateContent', () => {
  it('the path says which model and how to answer, the key stands in its header', () => {
    expect(render({}).path).toBe('/models/gemini-x:streamGenerateContent?alt=sse');
    expect(render({ stream: false }).path).toBe('/models/gemini-x:generateContent');
    expect(render({ stream: false }, {}, 'tunedModels/a?b@1').path).toBe('/tunedModels/a%3Fb@1:generateContent');
    expect(gemini.authHeaders('k', { url: new URL('https://x'), headers: {}, body: '' })).toEqual({
      'x-goog-api-key': 'k',
    });
  });

  it('instructions stand apart, results open the next user turn in the order of their calls, an error says so', () => {
    const { body } = render({
      tools: TOOLS,
      messages: [
        systemMessage('Be brief.'),
        userMessage('Weather?'),
        assistant({ type: 'text', text: 'Looking.' }, call('a'), call('b', 'Rome')),
        result('b', 'rain'),
        result('a', 'no such city', true),
        userMessage('Well?'),
        systemMessage('And kind.'),
      ],
    });
    expect(body['systemInstruction']).toEqual({ parts: [{ text: 'Be brief.\n\nAnd kind.' }] });
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Weather?' }] },
      {
        role: 'model',
        parts: [
          { text: 'Looking.' },
          { functionCall: { name: 'get_weather', args: { city: 'Paris' } }, thoughtSignature: PLACEHOLDER },
          { functionCall: { name: 'get_weather', args: { city: 'Rome' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'get_weather', response: { error: 'no such city' } } },
          { functionResponse: { name: 'get_weather', response: { output: 'rain' } } },
          { text: 'Well?' },
        ],
      },
    ]);
  });

  it('writes tools, their choice, limits and settings', () => {
    const { body } = render(
      {
        tools: [
          { ...WEATHER, description: 'Tells it.' },
          { name: '9lives', inputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema' } },
        ],
        toolChoice: { name: '9lives' },
        parallelToolCalls: false,
        maxOutputTokens: 500,
        temperature: 0.5,
        topP: 0.9,
        seed: 7,
        stop: ['END'],
      },
      { maxOutputTokens: 100, unsupported: ['temperature'] },
    );
    // The API's own form of schemas: no `additionalProperties`.
    const { additionalProperties: _closed, ...weather } = WEATHER.inputSchema;
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          { name: 'get_weather', description: 'Tells it.', parameters: weather },
          { name: '_9lives', description: '9lives' },
        ],
      },
    ]);
    expect(body['toolConfig']).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['_9lives'] } });
    expect(body['generationConfig']).toEqual({ maxOutputTokens: 100, topP: 0.9, seed: 7, stopSequences: ['END'] });
    const mode = (toolChoice: ModelRequest['toolChoice']): unknown =>
      render({ tools: TOOLS, ...(toolChoice === undefined ? {} : { toolChoice }) }).body['toolConfig'];
    expect(mode('none')).toEqual({ functionCallingConfig: { mode: 'NONE' } });
    expect(mode('required')).toEqual({ functionCallingConfig: { mode: 'ANY' } });
    expect([mode('auto'), mode(undefined)]).toEqual([undefined, undefined]);
    const extra = { safetySettings: [], generationConfig: { seed: 8 } };
    expect(render({ seed: 7, maxOutputTokens: 5, extraBody: extra }).body).toMatchObject({
      safetySettings: [],
      generationConfig: { seed: 8, maxOutputTokens: 5 },
    });
  });

  it('ids are sent with call and result, or not at all, as the profile says', () => {
    const messages = [userMessage('Hi'), assistant(call('fc_1|item')), result('fc_1|item', 'sun')];
    expect(JSON.stringify(contentsOf(messages))).not.toContain('"id"');
    const text = JSON.stringify(contentsOf(messages, { callIds: 'token' }));
    expect(new Set([...text.matchAll(/"id":"(call_[0-9a-f]+)"/g)].map(([, id]) => id)).size).toBe(1);
  });

  it('images go to models that see, if of a known type; those of results stand behind all responses', () => {
    const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
    const messages: CanonicalMessage[] = [
      {
        role: 'user',
        parts: [
          image,
          { type: 'image', mediaType: 'image/jpg', url: 'gs://b/o' },
          { ...image, mediaType: 'image/gif' },
        ],
      },
      assistant(call('a'), call('b')),
      toolResultMessage({ id: 'a', name: 'get_weather' }, [{ type: 'text', text: 'See' }, image]),
      result('b', 'rain'),
    ];
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    expect(contentsOf(messages, { capabilities: { vision: true } })).toMatchObject([
      {
        parts: [
          inline,
          { fileData: { mimeType: 'image/jpeg', fileUri: 'gs://b/o' } },
          { text: '[image left out: image/gif]' },
        ],
      },
      {},
      {
        parts: [
          { functionResponse: { response: { output: 'See\n[image below]' } } },
          { functionResponse: { response: { output: 'rain' } } },
          { text: '[Image from the result of get_weather]' },
          inline,
        ],
      },
    ]);
    expect(JSON.stringify(contentsOf(messages))).not.toContain('AAAA');
  });
});

describe('thought signatures go back', () => {
  const signatures = (
    first: Partial<ToolCallPart>,
    second: Partial<ToolCallPart>,
    init: Partial<ProfileInit> = {},
  ): unknown =>
    JSON.stringify(
      contentsOf([userMessage('Hi'), assistant(call('a', 'x', first), call('b', 'y', second))], init),
    ).match(/(?<="thoughtSignature":")[^"]+/g);
  const own = { seal: { signer: 'gemini', value: 'c2ln' } };

  it('to their signer only; a call from elsewhere gets the placeholder if it is the first of its turn', () => {
    expect(signatures(own, {})).toEqual(['c2ln']);
    expect(signatures(own, own)).toEqual(['c2ln', 'c2ln']);
    expect(signatures({}, own)).toEqual([PLACEHOLDER, 'c2ln']);
    expect(signatures({ seal: { signer: 'google', value: 'c2ln' } }, {})).toEqual([PLACEHOLDER]);
    expect(signatures({ seal: { signer: 'gemini', value: 'no base64!' } }, {})).toEqual([PLACEHOLDER]);
  });

  it('not at all where the profile knows none', () => {
    const body = gemini.render(
      { messages: [userMessage('Hi'), assistant(call('a', 'x', own))] },
      targetOf({ api: 'gemini', callSeal: null }),
    );
    expect(JSON.stringify(body)).not.toContain('thoughtSignature');
  });

  it('any answer comes back in the parts in which it was sent', () => {
    const sig = { thoughtSignature: 'c2ln' };
    const answers: JsonObject[][] = [
      [{ text: 'Hm', thought: true, ...sig }, { text: 'Yes.' }],
      [{ text: 'Not signed. ' }, { text: 'Signed.', ...sig }, { text: ' Not signed.' }],
      [{ text: '4' }, { text: '', ...sig }],
      [
        { text: 'A', ...sig },
        { text: 'B', thoughtSignature: 'Mg==' },
      ],
      [
        { text: 'So' },
        { functionCall: { name: 'clock', args: {} }, ...sig },
        { functionCall: { name: 'clock', args: {} } },
      ],
      [
        { functionCall: { name: 'clock', args: {} }, ...sig },
        { text: '', thoughtSignature: 'Mg==' },
      ],
    ];
    for (const parts of answers) {
      for (const chunks of [[parts], parts.map((part) => [part])]) {
        const { message } = readEvents(
          { api: 'gemini' },
          [...chunks, []].map((each, index) => ({
            candidates: [{ content: { parts: each }, ...(index === chunks.length ? { finishReason: 'STOP' } : {}) }],
          })),
        );
        const calls = parts.filter((part) => part['functionCall'] !== undefined).length;
        // Equal calls of two chunks are taken once.
        if (chunks.length > 1 && calls > 1) continue;
        const stored = JSON.parse(JSON.stringify(message)) as CanonicalMessage;
        expect(contentsOf([userMessage('Hi'), stored])).toMatchObject([{}, { role: 'model', parts }, {}]);
        expect(JSON.stringify(contentsOf([userMessage('Hi'), stored], { reasoning: { signer: 'x' } }))).not.toContain(
          'c2ln',
        );
      }
    }
  });

  it('without the text that they signed, where it was changed, and thoughts without one not at all', () => {
    const opaque = { thoughtSignature: 'c2ln', textLength: 9, afterCalls: false };
    const messages = [
      userMessage('Hi'),
      assistant(
        { type: 'reasoning', text: 'A summary', signer: 'gemini' },
        { type: 'text', text: 'Cut' },
        { type: 'reasoning', text: '', signer: 'gemini', opaque },
        { type: 'reasoning', text: 'Theirs', signer: 'anthropic', signature: 'c2ln' },
      ),
    ];
    expect(contentsOf(messages)).toMatchObject([
      {},
      { parts: [{ text: 'Cut' }, { text: '', thoughtSignature: 'c2ln' }] },
      {},
    ]);
  });
});

describe('histories that nobody would write', () => {
  it('an assistant that begins and ends, and no message at all', () => {
    expect(contentsOf([assistantMessage('Hello!'), assistantMessage('Anybody?')])).toEqual([
      { role: 'user', parts: [{ text: '(The conversation begins here.)' }] },
      { role: 'model', parts: [{ text: 'Hello!' }, { text: 'Anybody?' }] },
      { role: 'user', parts: [{ text: 'Continue.' }] },
    ]);
    expect(contentsOf([])).toEqual([{ role: 'user', parts: [{ text: 'Continue.' }] }]);
  });

  const id = fc.constantFrom('call_01', 'toolu_01', 'functions.clock:0', 'fc_1|item_2', '', 'x'.repeat(300), 'ü');
  const name = fc.constantFrom('get_weather', 'clock', 'mcp.server/tool', '9lives', '-', '', 'ü', '8'.repeat(100));
  const text = fc.oneof(fc.constantFrom('', ' ', 'Hi', 'a\ud83d', '\udc00'), fc.string({ maxLength: 20 }));
  const args = fc.constantFrom<JsonObject>({}, { a: 1 }, { a: { b: ['\udc00', null] }, '\ud83d': undefined });
  const signer = fc.constantFrom('gemini', 'anthropic', 'google');
  const seal = fc.constantFrom<JsonObject | string>('c2ln', 'not base64!', '', {
    google: { thought_signature: 'c2ln' },
  });
  const image = fc.oneof(
    fc.record({
      type: fc.constant('image' as const),
      mediaType: fc.constantFrom('image/png', 'image/gif', 'image/jpg', ''),
      data: fc.constantFrom('AAAA', ''),
    }),
    fc.record({
      type: fc.constant('image' as const),
      mediaType: fc.constant('image/png'),
      url: fc.constant('gs://b/o'),
    }),
  );
  const textPart = fc.record({ type: fc.constant('text' as const), text });
  const part: fc.Arbitrary<Part> = fc.oneof(
    textPart,
    image,
    fc.record(
      {
        type: fc.constant('reasoning' as const),
        text,
        signer,
        signature: fc.constantFrom('c2ln', 'not base64!', ''),
        opaque: fc.oneof(
          fc.constantFrom<JsonObject | string | null>('sealed', null, {}),
          fc.record({
            thoughtSignature: fc.constantFrom('c2ln', '!'),
            textLength: fc.nat(5),
            afterCalls: fc.boolean(),
          }),
        ),
      },
      { requiredKeys: ['type', 'text'] },
    ),
    fc.record(
      { type: fc.constant('tool_call' as const), id, name, arguments: args, seal: fc.record({ signer, value: seal }) },
      { requiredKeys: ['type', 'id', 'name', 'arguments'] },
    ),
    fc.record({
      type: fc.constant('tool_result' as const),
      callId: id,
      name,
      parts: fc.array(fc.oneof(textPart, image), { maxLength: 2 }),
      isError: fc.boolean(),
    }),
  );
  const message: fc.Arbitrary<CanonicalMessage> = fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    parts: fc.array(part, { maxLength: 5 }),
  });
  const tools = fc.subarray(
    [
      'get_weather',
      'clock',
      'mcp.server/tool',
      '9lives',
      '_9lives',
      '-',
      'ü',
      '8'.repeat(100),
      `7${'x'.repeat(63)}`,
    ].map((each) => ({
      name: each,
      inputSchema: { properties: {} },
    })),
  );

  it("any history passes the provider's published rules", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        tools,
        fc.boolean(),
        fc.constantFrom('none' as const, 'token' as const),
        fc.constantFrom<ModelRequest['toolChoice'][]>('auto', 'none', 'required'),
        (messages, offered, vision, callIds, toolChoice) => {
          const request = { messages, tools: offered, ...(toolChoice === undefined ? {} : { toolChoice }) };
          expect(() => render(request, { callIds, capabilities: { vision } })).not.toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });
});
