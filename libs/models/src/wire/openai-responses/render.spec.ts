import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../json.js';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, Part, ReasoningPart, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { TOOLS, WEATHER, targetOf } from '../reading.fixture.js';
import { renderResponses } from './render.js';
import { validateResponses } from './validate.fixture.js';

type Init = Omit<ProfileInit, 'api'>;
const THINKS: Init = { capabilities: { reasoning: true } };

function render(request: Partial<ModelRequest>, init: Init = {}): JsonObject {
  return renderResponses({ messages: [], ...request }, targetOf({ api: 'openai-responses', ...init })).body;
}
const inputOf = (messages: readonly CanonicalMessage[], init: Init = {}): unknown =>
  render({ messages, tools: TOOLS }, init)['input'];

const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const call = (id: string, city = 'Paris', more: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool_call',
  id,
  name: 'get_weather',
  arguments: { city },
  ...more,
});
const thought = (id: string, more: Partial<ReasoningPart> = {}): ReasoningPart => ({
  type: 'reasoning',
  text: 'Hm.',
  signer: 'openai',
  opaque: { id, summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: `sealed ${id}` },
  ...more,
});
const item = (id: string): JsonObject => ({
  type: 'reasoning',
  id,
  summary: [{ type: 'summary_text', text: 'Hm.' }],
  encrypted_content: `sealed ${id}`,
});
const user = (text: string): JsonObject => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const said = (text: string): JsonObject => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
const functionCall = (id: string, city = 'Paris'): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name: 'get_weather',
  arguments: JSON.stringify({ city }),
});
const output = (id: string, text: JsonValue = 'sun'): JsonObject => ({
  type: 'function_call_output',
  call_id: id,
  output: text,
});

describe('a request for the Responses API', () => {
  it('holds the conversation as items, the instructions apart, and nothing is stored', () => {
    const body = render({
      messages: [
        systemMessage('Be brief.'),
        userMessage('Weather?'),
        assistant({ type: 'text', text: 'Looking.' }, call('call_a'), call('call_b', 'Rome')),
        toolResultMessage({ id: 'call_b', name: 'get_weather' }, 'rain'),
        toolResultMessage({ id: 'call_a', name: 'get_weather' }, 'no such city', { isError: true }),
        assistantMessage('Done.'),
        userMessage('Thanks.'),
      ],
    });
    expect(body).toEqual({
      model: 'asked-model',
      instructions: 'Be brief.',
      store: false,
      stream: true,
      input: [
        user('Weather?'),
        said('Looking.'),
        functionCall('call_a'),
        functionCall('call_b', 'Rome'),
        output('call_a', 'Error: no such city'),
        output('call_b', 'rain'),
        said('Done.'),
        user('Thanks.'),
      ],
    });
  });

  it('writes instructions as items where the profile lets them stand anywhere, in its role', () => {
    const init: Init = { system: { role: 'developer', placement: 'anywhere' } };
    const body = render({ messages: [userMessage('Hi'), systemMessage('Be brief.')] }, init);
    expect(body['input']).toEqual([user('Hi'), { ...user('Be brief.'), role: 'developer' }]);
    expect(body).not.toHaveProperty('instructions');
  });

  it('writes tools that are not strict, and completes schemas that say too little', () => {
    const init: Init = { maxOutputTokens: 100, unsupported: ['temperature'] };
    const body = render(
      {
        messages: [userMessage('Hi')],
        tools: [
          { ...WEATHER, description: 'Tells.' },
          { name: 'a.b', inputSchema: {} },
        ],
        toolChoice: { name: 'a.b' },
        parallelToolCalls: false,
        maxOutputTokens: 500,
        temperature: 0.5,
        topP: 0.9,
        seed: 7,
        stop: ['END'],
        stream: false,
        extraBody: { reasoning: { effort: 'low' } },
      },
      init,
    );
    expect(body).toEqual({
      model: 'asked-model',
      input: [user('Hi')],
      store: false,
      stream: false,
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          description: 'Tells.',
          parameters: WEATHER.inputSchema,
          strict: false,
        },
        { type: 'function', name: 'a_b', parameters: { type: 'object', properties: {} }, strict: false },
      ],
      tool_choice: { type: 'function', name: 'a_b' },
      parallel_tool_calls: false,
      max_output_tokens: 100,
      top_p: 0.9,
      reasoning: { effort: 'low' },
    });
    expect(render({ tools: TOOLS, toolChoice: 'required' })['tool_choice']).toBe('required');
    expect(render({ tools: TOOLS, toolChoice: 'none' })['tool_choice']).toBe('none');
    expect(render({ tools: TOOLS })).not.toHaveProperty('tool_choice');
    expect(render({ tools: TOOLS }, { capabilities: { tools: false } })).not.toHaveProperty('tools');
  });

  it('asks for no fewer tokens than the endpoint takes', () => {
    expect(render({ maxOutputTokens: 1 })['max_output_tokens']).toBe(16);
  });

  it('is never empty', () => {
    expect(render({ messages: [systemMessage('Be brief.')] })).toMatchObject({
      instructions: 'Be brief.',
      input: [user('(The conversation begins here.)')],
    });
  });
});

describe('images', () => {
  const image: Part = { type: 'image', mediaType: 'image/png', data: 'AAAA' };
  const picture = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' };
  const messages = [
    { role: 'user' as const, parts: [{ type: 'text' as const, text: 'What?' }, image] },
    assistant(call('call_a')),
    toolResultMessage({ id: 'call_a', name: 'get_weather' }, [{ type: 'text', text: 'Seen:' }, image]),
  ];

  it('go to models that see, in results too', () => {
    expect(inputOf(messages, { capabilities: { vision: true } })).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What?' }, picture] },
      functionCall('call_a'),
      output('call_a', [{ type: 'input_text', text: 'Seen:' }, picture]),
    ]);
  });

  it('are named to models that do not see, and where the endpoint would refuse them', () => {
    expect(inputOf(messages)).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'What?' },
          { type: 'input_text', text: '[image left out: image/png]' },
        ],
      },
      functionCall('call_a'),
      output('call_a', 'Seen:\n[image left out: image/png]'),
    ]);
    const odd: Part[] = [
      { type: 'image', mediaType: 'image/tiff', data: 'AAAA' },
      { type: 'image', mediaType: 'image/png', url: 'file:///etc/passwd' },
    ];
    expect(JSON.stringify(inputOf([{ role: 'user', parts: odd }], { capabilities: { vision: true } }))).not.toMatch(
      /input_image|passwd/,
    );
  });
});

describe('reasoning', () => {
  it('goes back sealed to its signer, right before the item that it led to', () => {
    const messages = [userMessage('Hi'), assistant(thought('rs_1'), { type: 'text', text: 'Yes' }, call('call_a'))];
    expect(inputOf(messages, THINKS)).toEqual([
      user('Hi'),
      item('rs_1'),
      said('Yes'),
      functionCall('call_a'),
      output('call_a', 'Error: No result was recorded for this call.'),
    ]);
    expect(render({ messages }, THINKS)['include']).toEqual(['reasoning.encrypted_content']);
  });

  it('stands where it stood, between calls too', () => {
    const before = { signer: 'openai', value: { before: 'rs_2' } };
    const parts = [thought('rs_1'), thought('rs_2'), call('call_a', 'Paris', { seal: before }), call('call_b', 'Rome')];
    const messages = [userMessage('Hi'), assistant(...parts), toolResultMessage({ id: 'call_a', name: '' }, 'sun')];
    expect(inputOf(messages, THINKS)).toMatchObject([
      user('Hi'),
      item('rs_1'),
      functionCall('call_a'),
      item('rs_2'),
      functionCall('call_b', 'Rome'),
      output('call_a'),
      { type: 'function_call_output', call_id: 'call_b' },
    ]);
  });

  it.each<[string, ReasoningPart, Init]>([
    ['of another signer', thought('rs_1', { signer: 'anthropic' }), THINKS],
    ['without its seal', thought('rs_1', { opaque: { id: 'rs_1', summary: [] } }), THINKS],
    ['without an id', thought('rs_1', { opaque: { encrypted_content: 'x' } }), THINKS],
    ['in a form that nobody wrote', thought('rs_1', { opaque: 'text' }), THINKS],
    ['for a model that does not reason', thought('rs_1'), {}],
    ['where the profile drops it', thought('rs_1'), { ...THINKS, reasoning: { replay: 'none' } }],
  ])('%s stays away', (_what, part, init) => {
    expect(inputOf([userMessage('Hi'), assistant(part, { type: 'text', text: 'Yes' })], init)).toEqual([
      user('Hi'),
      said('Yes'),
    ]);
  });

  it('that led to nothing, or was sent already, stays away', () => {
    const twice = assistant(thought('rs_1'), { type: 'text', text: 'Yes' });
    expect(inputOf([assistant(thought('rs_0')), userMessage('Hi'), twice, userMessage('And?'), twice], THINKS)).toEqual(
      [user('Hi'), item('rs_1'), said('Yes'), user('And?'), said('Yes')],
    );
  });

  it('goes back as text where the profile says so', () => {
    const init: Init = { ...THINKS, reasoning: { signer: 'vllm', replay: 'field' } };
    const part = (text: string, opaque?: JsonValue): ReasoningPart => ({
      type: 'reasoning',
      text,
      signer: 'vllm',
      ...(opaque === undefined ? {} : { opaque }),
    });
    const messages = [
      userMessage('Hi'),
      assistant(part('Hm.', { id: 'rs_1', summary: [] }), part('So.'), { type: 'text', text: 'Yes' }),
    ];
    expect(inputOf(messages, init)).toEqual([
      user('Hi'),
      { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] },
      {
        type: 'reasoning',
        id: expect.stringMatching(/^rs_[0-9a-f]{32}$/),
        summary: [],
        content: [{ type: 'reasoning_text', text: 'So.' }],
      },
      said('Yes'),
    ]);
    expect(render({ messages }, init)).not.toHaveProperty('include');
  });
});

describe('any history', () => {
  const id = fc.constantFrom('call_1', 'call_2', 'toolu_01', 'functions.clock:0', '', 'x'.repeat(300), 'ü', 'a|fc_1');
  const name = fc.constantFrom('get_weather', 'clock', 'mcp.server/tool', 'no such tool', '', 'y'.repeat(100));
  const text = fc.oneof(fc.constantFrom('', ' ', 'Hi', 'a\ud83d', '\udc00'), fc.string({ maxLength: 20 }));
  const args: fc.Arbitrary<JsonObject> = fc.constantFrom({}, { a: 1 }, { a: { b: ['\udc00'] } }, { '\ud83d': null });
  const reasoningId = fc.constantFrom('rs_1', 'rs_2', 'rs_3');
  const signer = fc.constantFrom('openai', 'anthropic');
  const image = fc.record({
    type: fc.constant('image' as const),
    mediaType: fc.constantFrom('image/png', 'image/tiff', '', 'text/html'),
    ...{ data: fc.constantFrom('AAAA', '') },
  });
  const part: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.tuple(reasoningId, signer).map(([each, by]) => thought(each, { signer: by })),
    fc.record({
      type: fc.constant('reasoning' as const),
      text,
      signer,
      signature: fc.constant('s'),
      opaque: fc.constantFrom<JsonValue>('redacted', {}, { id: 'rs_1' }, { encrypted_content: 'x' }, { id: 7 }),
    }),
    image,
    fc
      .tuple(id, name, args, fc.option(fc.tuple(signer, reasoningId)))
      .map(([callId, tool, given, seal]): ToolCallPart => ({
        type: 'tool_call',
        id: callId,
        name: tool,
        arguments: given,
        ...(seal === null ? {} : { seal: { signer: seal[0], value: { before: seal[1] } } }),
      })),
    fc.record({
      type: fc.constant('tool_result' as const),
      callId: id,
      name,
      parts: fc.array(fc.oneof(fc.record({ type: fc.constant('text' as const), text }), image), { maxLength: 3 }),
      isError: fc.boolean(),
    }),
  );
  const message: fc.Arbitrary<CanonicalMessage> = fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'assistant', 'tool'),
    parts: fc.array(part, { maxLength: 5 }),
  });

  it('becomes a request that the endpoint accepts', () => {
    let withReasoning = 0;
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.record({ reasoning: fc.boolean(), vision: fc.boolean(), tools: fc.boolean() }),
        fc.constantFrom('first' as const, 'anywhere' as const),
        fc.constantFrom<ModelRequest['toolChoice']>('auto', 'none', 'required', { name: 'clock' }),
        fc.nat(100),
        (messages, capabilities, placement, toolChoice, maxOutputTokens) => {
          const body = render(
            { messages, tools: TOOLS, ...(toolChoice === undefined ? {} : { toolChoice }), maxOutputTokens },
            { capabilities, system: { role: 'system', placement } },
          );
          validateResponses(body, { reasons: capabilities.reasoning });
          if (JSON.stringify(body['input']).includes('"type":"reasoning"')) withReasoning++;
        },
      ),
      { numRuns: 1_000 },
    );
    expect(withReasoning).toBeGreaterThan(50);
  });

  it('the check itself refuses what the endpoint refuses', () => {
    const refused: [JsonValue[], RegExp][] = [
      [[], /input/],
      [[output('a')], /No tool call found/],
      [[functionCall('a')], /No tool output found/],
      [[functionCall('a'), output('a'), functionCall('a'), output('a')], /Duplicate/],
      [[item('rs_1')], /required following item/],
      [[item('rs_1'), user('Hi')], /required following item/],
      [[item('rs_1'), said('Yes'), item('rs_1'), said('Yes')], /Duplicate item/],
      [[{ ...item('rs_1'), id: 'rs_2' }, said('Yes')], /could not be verified/],
      [[{ ...user('Hi'), role: 'assistant' }], /input_text/],
      [[user('a\ud83d')], /parse/],
    ];
    for (const [input, reason] of refused)
      expect(() => validateResponses({ model: 'm', store: false, input }, { reasons: true })).toThrow(reason);
    expect(() => validateResponses({ model: 'm', input: [user('Hi')], stop: [] }, { reasons: true })).toThrow(/stop/);
  });
});
