import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../json.js';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, ImagePart, Part, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { CLOCK, TOOLS, WEATHER, targetOf } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { renderConverse } from './render.js';
import { validateConverse } from './validate.fixture.js';

const call = (id: string, city = 'Paris'): ToolCallPart => ({
  type: 'tool_call',
  id,
  name: 'get_weather',
  arguments: { city },
});
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const user = (...parts: Part[]): CanonicalMessage => ({ role: 'user', parts });

/** Renders, and has the service's rules checked. */
function render(request: Partial<ModelRequest>, init: Partial<ProfileInit> = {}, model = 'm'): WireRequest {
  const target = { ...targetOf({ ...init, api: 'bedrock' }), model };
  const written = renderConverse({ messages: [userMessage('Hi')], ...request }, target);
  validateConverse(written);
  return written;
}
const messagesOf = (messages: readonly CanonicalMessage[], init: Partial<ProfileInit> = {}): unknown =>
  render({ messages, tools: TOOLS }, init).body['messages'];

const HISTORY = [
  systemMessage('Be brief.'),
  userMessage('Weather?'),
  assistant({ type: 'text', text: 'Looking.' }, call('call_a'), call('call_b', 'Rome')),
  toolResultMessage({ id: 'call_b', name: 'get_weather' }, 'rain'),
  toolResultMessage({ id: 'call_a', name: 'get_weather' }, 'no such city', { isError: true }),
  userMessage('And?'),
  assistantMessage('Done.'),
  userMessage('Thanks.'),
];

describe('a request for Converse', () => {
  it('instructions stand apart, results open the next user turn in the order of their calls', () => {
    const { path, body } = render({ messages: HISTORY, tools: TOOLS });
    expect(path).toBe('/model/m/converse-stream');
    expect(body).toMatchObject({ system: [{ text: 'Be brief.' }], inferenceConfig: { maxTokens: 4_096 } });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { text: 'Looking.' },
          { toolUse: { toolUseId: 'call_a', name: 'get_weather', input: { city: 'Paris' } } },
          { toolUse: { toolUseId: 'call_b', name: 'get_weather', input: { city: 'Rome' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_a', content: [{ text: 'no such city' }], status: 'error' } },
          { toolResult: { toolUseId: 'call_b', content: [{ text: 'rain' }] } },
          { text: 'And?' },
        ],
      },
      { role: 'assistant', content: [{ text: 'Done.' }] },
      { role: 'user', content: [{ text: 'Thanks.' }] },
    ]);
  });

  it.each([
    ['anthropic.claude-sonnet-4-20250514-v1:0', 'anthropic.claude-sonnet-4-20250514-v1%3A0'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0',
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-pro-v1%3A0',
    ],
  ])('the model id %s is one part of the path', (model, encoded) => {
    expect(render({ stream: false }, {}, model).path).toBe(`/model/${encoded}/converse`);
  });

  it('writes tools, limits and settings as the wire takes them', () => {
    const { body } = render(
      {
        tools: [WEATHER, { ...CLOCK, description: 'The time' }, { name: 'a/b.c', inputSchema: { properties: {} } }],
        maxOutputTokens: 500,
        temperature: 1.5,
        topP: 0.9,
        seed: 7,
        stop: ['END', ''],
      },
      { maxOutputTokens: 100 },
    );
    expect(body).toMatchObject({
      inferenceConfig: { maxTokens: 100, temperature: 1, topP: 0.9, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'get_weather', inputSchema: { json: WEATHER.inputSchema } } },
          { toolSpec: { name: 'clock', description: 'The time' } },
          { toolSpec: { name: 'a_b_c', inputSchema: { json: { type: 'object' } } } },
        ],
      },
    });
    expect(body).not.toHaveProperty('seed');
    expect(body).not.toHaveProperty('toolConfig.toolChoice');
    expect(render({ temperature: 0.5 }, { unsupported: ['temperature'] }).body['inferenceConfig']).toEqual({
      maxTokens: 4_096,
    });
  });

  it('writes the choice of tools', () => {
    const choice = (toolChoice: ModelRequest['toolChoice'] & {}): unknown =>
      (render({ tools: TOOLS, toolChoice }).body['toolConfig'] as JsonObject | undefined)?.['toolChoice'];
    expect(choice('auto')).toBeUndefined();
    expect(choice('required')).toEqual({ any: {} });
    expect(choice({ name: 'clock' })).toEqual({ tool: { name: 'clock' } });
  });

  it('further members go to the model, but for those that are of the wire', () => {
    const { body } = render({
      extraBody: { top_k: 5, additionalModelRequestFields: { thinking: { type: 'adaptive' } } },
    });
    expect(body).toMatchObject({ additionalModelRequestFields: { top_k: 5, thinking: { type: 'adaptive' } } });
    expect(body).not.toHaveProperty('top_k');
    const guarded = { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } };
    const target = targetOf({ api: 'bedrock' });
    const { body: own } = renderConverse({ messages: [], extraBody: { ...guarded, system: [{ text: 'X' }] } }, target);
    expect(own).toMatchObject({ ...guarded, system: [{ text: 'X' }] });
    expect(own).not.toHaveProperty('additionalModelRequestFields');
  });
});

describe('tools that are not offered', () => {
  it.each([
    ['none is', {}],
    ['the choice is none, which the wire does not know', { tools: TOOLS, toolChoice: 'none' as const }],
  ])('are named when the history calls them, because %s', (_what, request) => {
    const { toolConfig } = render({ messages: HISTORY, ...request }).body;
    expect(toolConfig).toEqual({
      tools: [
        {
          toolSpec: {
            name: 'get_weather',
            description: expect.stringContaining('do not call it'),
            inputSchema: { json: { type: 'object' } },
          },
        },
      ],
    });
    expect(render({ ...request }).body).not.toHaveProperty('toolConfig');
  });

  it('are told in words to a model that takes no tools', () => {
    const { body } = render({ messages: HISTORY, tools: TOOLS }, { capabilities: { tools: false } });
    expect(body).not.toHaveProperty('toolConfig');
    expect(JSON.stringify(body['messages'])).not.toMatch(/toolUse|toolResult/);
    expect(JSON.stringify(body['messages'])).toContain('[Error of get_weather] no such city');
  });
});

describe('reasoning', () => {
  const own = { type: 'reasoning' as const, signer: 'bedrock' };
  it('goes back only to its signer, with its signature or in its sealed form, and never ends a turn', () => {
    const messages = [
      userMessage('Hi'),
      assistant(
        { ...own, text: 'Mine', signature: 's' },
        { ...own, text: '', signature: 'only' },
        { ...own, text: '', opaque: 'c2VhbGVk' },
        { ...own, text: 'Unsigned' },
        { ...own, text: 'Cut \ud83d', signature: 'w' },
        { type: 'reasoning', text: 'Theirs', signer: 'anthropic', signature: 't' },
        { type: 'text', text: 'Yes' },
        { ...own, text: 'Last', signature: 'u' },
      ),
      userMessage('And?'),
      assistant({ ...own, text: 'Nothing else', signature: 'v' }),
    ];
    expect(messagesOf(messages)).toEqual([
      { role: 'user', content: [{ text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Mine', signature: 's' } } },
          { reasoningContent: { reasoningText: { text: '', signature: 'only' } } },
          { reasoningContent: { redactedContent: 'c2VhbGVk' } },
          { text: 'Yes' },
        ],
      },
      { role: 'user', content: [{ text: 'And?' }] },
    ]);
  });

  it('leads the calls that it led to', () => {
    const messages = [userMessage('Hi'), assistant({ ...own, text: 'Mine', signature: 's' }, call('a'))];
    expect(messagesOf(messages)).toMatchObject([
      {},
      { content: [{ reasoningContent: {} }, { toolUse: { toolUseId: 'a' } }] },
      { content: [{ toolResult: { toolUseId: 'a', status: 'error' } }] },
    ]);
  });

  it('goes back unsigned where the profile says so', () => {
    const target = targetOf({ api: 'bedrock', reasoning: { signer: 'minimax', replay: 'field' } });
    const messages = [userMessage('Hi'), assistant({ type: 'reasoning', text: 'Hm.', signer: 'minimax' }, call('a'))];
    expect(JSON.stringify(renderConverse({ messages }, target).body['messages'])).toContain(
      '{"reasoningContent":{"reasoningText":{"text":"Hm."}}}',
    );
  });
});

describe('images', () => {
  const image = (mediaType: string, data = 'AAAA'): ImagePart => ({ type: 'image', mediaType, data });
  const see: Partial<ProfileInit> = { capabilities: { vision: true } };

  it('go as bytes in the four formats of the wire, also in results', () => {
    const messages = [
      user(image('image/png'), image('image/jpeg'), image('image/jpg'), image('image/gif'), image('image/webp')),
      assistant(call('a')),
      toolResultMessage({ id: 'a', name: 'get_weather' }, [image('image/png')]),
    ];
    const formats = JSON.stringify(messagesOf(messages, see)).matchAll(/"format":"(\w+)"/g);
    expect([...formats].map(([, format]) => format)).toEqual(['png', 'jpeg', 'jpeg', 'gif', 'webp', 'png']);
  });

  it.each<[string, ImagePart, Partial<ProfileInit>]>([
    ['a model that does not see', image('image/png'), {}],
    ['another format', image('image/svg+xml'), see],
    ['an address', { type: 'image', mediaType: 'image/png', url: 'https://example.org/a.png' }, see],
    ['what is not base64', image('image/png', 'data:'), see],
    ['nothing', image('image/png', ''), see],
    ['more than 3.75 MB', image('image/png', 'AAAA'.repeat(1_250_001)), see],
  ])('are named instead: %s', (_what, part, init) => {
    expect(messagesOf([user(part)], init)).toEqual([
      { role: 'user', content: [{ text: `[image left out: ${part.mediaType}]` }] },
    ]);
  });

  it('go up to the size that the wire takes', () => {
    const part = image('image/png', 'AAAA'.repeat(1_250_000));
    expect(messagesOf([user(part)], see)).toMatchObject([{ content: [{ image: { format: 'png' } }] }]);
  });

  it('are at most the newest twenty of a message, those in results counted', () => {
    const many = (count: number): ImagePart[] => Array.from({ length: count }, () => image('image/png'));
    const messages = [
      userMessage('Hi'),
      assistant(call('a')),
      toolResultMessage({ id: 'a', name: 'get_weather' }, many(15)),
      user(...many(15)),
    ];
    const text = JSON.stringify(messagesOf(messages, see));
    expect(text.split('"image":')).toHaveLength(21);
    expect(text.indexOf('left out')).toBeLessThan(text.indexOf('"image":'));
  });
});

/** Ids, names, texts and images of every origin: ours, other vendors', repeated, impossible. */
const ids = fc.constantFrom('call_1', 'toolu_1', 'functions.clock:0', 'fc_1|item_2', '', 'x'.repeat(300), 'ü');
const toolNames = fc.constantFrom('clock', 'get_weather', 'mcp.server/tool', 'no such tool', '', 'y'.repeat(100));
const texts = fc.oneof(
  fc.constantFrom('', ' ', 'Hi', 'a\ud83d', '\\ud83d'),
  fc.string({ maxLength: 20, unit: 'binary' }),
);
const mediaTypes = fc.constantFrom('image/png', 'IMAGE/JPEG', 'image/tiff', '');
const images: fc.Arbitrary<ImagePart> = fc.oneof(
  fc.record({
    type: fc.constant('image' as const),
    mediaType: mediaTypes,
    data: fc.constantFrom('AAAA', 'AA==', '', '?'),
  }),
  fc.record({ type: fc.constant('image' as const), mediaType: mediaTypes, url: fc.constant('https://example.org/') }),
);
const textParts = fc.record({ type: fc.constant('text' as const), text: texts });
const parts: fc.Arbitrary<Part> = fc.oneof(
  textParts,
  images,
  fc.record(
    {
      type: fc.constant('reasoning' as const),
      text: texts,
      signer: fc.constantFrom('bedrock', 'anthropic', 'deepseek'),
      signature: fc.constantFrom('', 's'),
      opaque: fc.constantFrom('c2VhbGVk', 'not base64', 7, { sealed: true }),
    },
    { requiredKeys: ['type', 'text'] },
  ),
  fc.record({
    type: fc.constant('tool_call' as const),
    id: ids,
    name: toolNames,
    arguments: fc.constantFrom<JsonObject[]>({}, { a: 1 }, { 'k\udc00': { b: ['\udc00', null] } }, { a: undefined }),
  }),
  fc.record({
    type: fc.constant('tool_result' as const),
    callId: ids,
    name: toolNames,
    parts: fc.array(fc.oneof(textParts, images), { maxLength: 2 }),
    isError: fc.boolean(),
  }),
);
const histories: fc.Arbitrary<CanonicalMessage[]> = fc.array(
  fc.record({
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const, 'tool' as const),
    parts: fc.array(parts, { maxLength: 4 }),
  }),
  { maxLength: 8 },
);
const choices = fc.constantFrom<ModelRequest['toolChoice'] & {}>('auto', 'none', 'required', { name: 'clock' });

describe('any history', () => {
  it("satisfies the service's published rules", () => {
    fc.assert(
      fc.property(
        histories,
        fc.boolean(),
        choices,
        fc.record({ tools: fc.boolean(), vision: fc.boolean() }),
        (messages, offered, toolChoice, capabilities) => {
          render({ messages, toolChoice, ...(offered ? { tools: TOOLS } : {}) }, { capabilities });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('the rules themselves refuse what the service refuses', () => {
    const refused = (change: (body: JsonObject) => void): (() => void) => {
      const { path, headers, body } = render({ messages: HISTORY, tools: TOOLS });
      const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
      change(copy);
      return () => validateConverse({ path, headers, body: copy });
    };
    const messages = (body: JsonObject): JsonObject[] => body['messages'] as JsonObject[];
    expect(refused(() => undefined)).not.toThrow();
    expect(refused((body) => delete body['toolConfig'])).toThrow('toolConfig field must be defined');
    expect(refused((body) => messages(body).shift())).toThrow('must start with a user message');
    expect(refused((body) => messages(body).pop())).toThrow('must end with a user message');
    expect(refused((body) => messages(body).splice(3, 1))).toThrow('alternate');
    expect(refused((body) => (messages(body)[0] = { role: 'user', content: [{ text: ' ' }] }))).toThrow('is blank');
    expect(refused((body) => (messages(body)[0] = { role: 'user', content: [] }))).toThrow('is empty');
    expect(refused((body) => (messages(body)[2] = { role: 'user', content: [{ text: 'x' }] }))).toThrow('toolResult');
    expect(refused((body) => (messages(body)[0] = { role: 'user', content: [{ text: '\ud83d' }] }))).toThrow('UTF-8');
    expect(refused((body) => (body['model'] = 'm'))).toThrow('unknown member');
  });
});
