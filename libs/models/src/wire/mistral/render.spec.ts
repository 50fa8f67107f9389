import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, Part, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { anyRequest } from '../foreign-history.fixture.js';
import { TOOLS, targetOf } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { mistral } from './mistral.js';
import { validateMistral } from './validate.fixture.js';

const INIT: ProfileInit = { api: 'mistral' };
const render = (request: Partial<ModelRequest>, init: ProfileInit = INIT): WireRequest =>
  mistral.render({ messages: [userMessage('Hi')], ...request }, targetOf(init));
const messagesOf = (...messages: CanonicalMessage[]): unknown => render({ messages, tools: TOOLS }).body['messages'];
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const call = (id: string): ToolCallPart => ({
  type: 'tool_call',
  id,
  name: 'get_weather',
  arguments: { city: 'Paris' },
});

describe("a request to Mistral's API", () => {
  it("has nine-character ids, the tool's name in its result, and keeps ids that fit", () => {
    const messages = messagesOf(
      userMessage('Weather?'),
      assistant(call('abc123XYZ')),
      toolResultMessage({ id: 'abc123XYZ', name: 'get_weather' }, 'sun'),
    );
    expect(messages).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'abc123XYZ', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'abc123XYZ', name: 'get_weather', content: 'sun' },
    ]);
    const foreign = JSON.stringify(messagesOf(userMessage('Weather?'), assistant(call('toolu_01'))));
    expect(foreign).toMatch(/"tool_call_id":"[a-zA-Z0-9]{9}"/);
    expect(foreign).not.toContain('toolu_01');
  });

  it('asks for calls with "any", for a seed with random_seed, and for no stream options', () => {
    const { path, headers, body } = render({
      tools: TOOLS,
      toolChoice: 'required',
      parallelToolCalls: false,
      maxOutputTokens: 9_999,
      seed: 7,
      topP: 0.9,
      stop: ['END'],
    });
    expect({ path, headers }).toEqual({ path: '/chat/completions', headers: {} });
    expect(body).toMatchObject({
      tool_choice: 'any',
      random_seed: 7,
      parallel_tool_calls: false,
      max_tokens: 4_096,
      top_p: 0.9,
      stop: ['END'],
      stream: true,
    });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['seed']));
    expect(body).not.toHaveProperty('stream_options');
    expect(render({ tools: TOOLS, toolChoice: 'none' }).body['tool_choice']).toBe('none');
    expect(render({ tools: TOOLS, toolChoice: { name: 'clock' } }).body['tool_choice']).toEqual({
      type: 'function',
      function: { name: 'clock' },
    });
  });

  it("sends Mistral's own reasoning back as a thinking chunk, and nobody else's", () => {
    const messages = messagesOf(
      userMessage('Hi'),
      assistant(
        { type: 'reasoning', text: 'Mine.', signer: 'mistral' },
        { type: 'reasoning', text: 'Theirs.', signer: 'deepseek' },
        { type: 'text', text: 'Yes' },
      ),
      userMessage('And?'),
    );
    expect(messages).toContainEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Mine.' }] },
        { type: 'text', text: 'Yes' },
      ],
    });
    expect(JSON.stringify(messages)).not.toContain('Theirs.');
  });

  it('tool→user: an assistant turn stands between a result and the next question', () => {
    expect(
      messagesOf(
        userMessage('Weather?'),
        assistant(call('abc123XYZ')),
        toolResultMessage({ id: 'abc123XYZ', name: 'get_weather' }, 'sun'),
        userMessage('Never mind.'),
      ),
    ).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool' },
      { role: 'assistant', content: 'Understood.' },
      { role: 'user', content: 'Never mind.' },
    ]);
  });

  it('instructions come first and once, and users who meet because of it are joined', () => {
    expect(
      messagesOf(userMessage('A'), systemMessage('Be brief.'), userMessage('B'), systemMessage('In verse.')),
    ).toEqual([
      { role: 'system', content: 'Be brief.\n\nIn verse.' },
      { role: 'user', content: 'A\n\nB' },
    ]);
  });

  it('a conversation that an assistant begins and ends has a user at both ends', () => {
    expect(
      messagesOf(assistantMessage('Hello!'), assistant({ type: 'reasoning', text: 'Hm.', signer: 'mistral' })),
    ).toEqual([
      { role: 'user', content: '(The conversation begins here.)' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Hello!' },
        ],
      },
      { role: 'user', content: 'Continue.' },
    ]);
  });

  it('images go to models that see', () => {
    const messages: CanonicalMessage[] = [
      { role: 'user', parts: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }] },
    ];
    expect(render({ messages }, { ...INIT, capabilities: { vision: true } }).body['messages']).toEqual([
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ]);
    expect(render({ messages }).body['messages']).toEqual([{ role: 'user', content: '[image left out: image/png]' }]);
  });

  it('passes the published rules whatever the history', () => {
    fc.assert(
      fc.property(anyRequest, fc.boolean(), (request, vision) => {
        const { body } = mistral.render(request, targetOf({ ...INIT, capabilities: { vision } }));
        validateMistral(JSON.parse(JSON.stringify(body)));
        expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the validator of the published rules', () => {
  const user = { role: 'user', content: 'Hi' };
  const asked = (id: string) => ({
    role: 'assistant',
    tool_calls: [{ id, function: { name: 'clock', arguments: '{}' } }],
  });
  const answered = (id: string) => ({ role: 'tool', tool_call_id: id, name: 'clock', content: 'noon' });
  it.each([
    ['nothing', []],
    ['an assistant first', [{ role: 'assistant', content: 'Hi' }, user]],
    ['an assistant last', [user, { role: 'assistant', content: 'Hi' }]],
    ['an id of another form', [user, asked('call_1'), answered('call_1')]],
    ['a call without result', [user, asked('abc123XYZ'), user]],
    ['a result without call', [user, answered('abc123XYZ')]],
    ['a user after a result', [user, asked('abc123XYZ'), answered('abc123XYZ'), user]],
    ['a late instruction', [user, { role: 'system', content: 'Be brief.' }]],
    ['an assistant who says nothing', [user, { role: 'assistant', content: '' }, user]],
  ])('refuses %s', (_what, messages) => {
    expect(() => validateMistral({ model: 'm', messages })).toThrow();
  });

  it('refuses members that are not documented', () => {
    expect(() => validateMistral({ model: 'm', messages: [user], seed: 1 })).toThrow('seed');
    expect(() => validateMistral({ model: 'm', messages: [user] })).not.toThrow();
  });
});
