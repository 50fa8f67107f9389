import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, Part, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { anyRequest } from '../foreign-history.fixture.js';
import { CLOCK, TOOLS, WEATHER, targetOf } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { cohere } from './cohere.js';
import { validateCohere } from './validate.fixture.js';

const INIT: ProfileInit = { api: 'cohere' };
const render = (request: Partial<ModelRequest>, init: ProfileInit = INIT): WireRequest =>
  cohere.render({ messages: [userMessage('Hi')], ...request }, targetOf(init));
const messagesOf = (...messages: CanonicalMessage[]): unknown => render({ messages, tools: TOOLS }).body['messages'];
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const CALL: ToolCallPart = { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } };

describe("a request to Cohere's Chat API", () => {
  it('says what precedes calls as their plan, and answers each call by its id', () => {
    expect(
      messagesOf(
        userMessage('A'),
        assistant(
          { type: 'reasoning', text: 'I will look.', signer: 'cohere' },
          { type: 'reasoning', text: 'Theirs.', signer: 'deepseek' },
          { type: 'text', text: 'Looking.' },
          CALL,
        ),
        toolResultMessage(CALL, 'no such city', { isError: true }),
        assistant({ type: 'reasoning', text: 'Hm.', signer: 'cohere' }, { type: 'text', text: 'Done.' }),
        systemMessage('Be brief.'),
        userMessage('B'),
      ),
    ).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'A' },
      {
        role: 'assistant',
        tool_plan: 'I will look.\n\nLooking.',
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_a', content: 'Error: no such city' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'B' },
    ]);
  });

  it("writes settings under Cohere's names, and keeps p within what it takes", () => {
    const { path, body } = render({ maxOutputTokens: 9_999, temperature: 0.3, topP: 1, seed: 7, stop: ['END'] });
    expect(path).toBe('/chat');
    expect(body).toEqual({
      model: 'asked-model',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      max_tokens: 4_096,
      temperature: 0.3,
      p: 0.99,
      seed: 7,
      stop_sequences: ['END'],
    });
    expect(render({ topP: 0 }).body['p']).toBe(0.01);
    expect(render({ topP: 0.5 }).body['p']).toBe(0.5);
  });

  it('writes the choice of tools: free is absent, a certain tool is offered alone and required', () => {
    const choice = (toolChoice: ModelRequest['toolChoice']): unknown => {
      const { body } = render({ tools: TOOLS, ...(toolChoice === undefined ? {} : { toolChoice }) });
      return [body['tool_choice'], JSON.parse(JSON.stringify(body['tools'])).length];
    };
    expect(choice(undefined)).toEqual([undefined, 2]);
    expect(choice('required')).toEqual(['REQUIRED', 2]);
    expect(choice('none')).toEqual(['NONE', 2]);
    expect(choice({ name: CLOCK.name })).toEqual(['REQUIRED', 1]);
    expect(render({ toolChoice: 'required' }).body).not.toHaveProperty('tool_choice');
    expect(render({ tools: [WEATHER] }).body['tools']).toEqual([
      { type: 'function', function: { name: 'get_weather', parameters: WEATHER.inputSchema } },
    ]);
  });

  it('a result that says nothing says so, because empty messages are refused', () => {
    expect(messagesOf(userMessage('A'), assistant(CALL), toolResultMessage(CALL, ''))).toContainEqual({
      role: 'tool',
      tool_call_id: 'call_a',
      content: '(no output)',
    });
  });

  it('a conversation that an assistant begins and ends has a user at both ends', () => {
    expect(messagesOf(assistantMessage('Hello!'), userMessage(' '))).toEqual([
      { role: 'user', content: '(The conversation begins here.)' },
      { role: 'assistant', content: 'Hello!' },
      { role: 'user', content: 'Continue.' },
    ]);
  });

  it('images go to models that see', () => {
    const parts: CanonicalMessage['parts'] = [
      { type: 'text', text: 'What?' },
      { type: 'image', mediaType: 'image/png', data: 'AAAA' },
    ];
    const messages: CanonicalMessage[] = [{ role: 'user', parts }];
    expect(render({ messages }, { ...INIT, capabilities: { vision: true } }).body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
    expect(render({ messages }).body['messages']).toEqual([
      { role: 'user', content: 'What?\n\n[image left out: image/png]' },
    ]);
  });

  it('passes the published rules whatever the history', () => {
    fc.assert(
      fc.property(anyRequest, fc.boolean(), (request, vision) => {
        const { body } = cohere.render(request, targetOf({ ...INIT, capabilities: { vision } }));
        validateCohere(JSON.parse(JSON.stringify(body)));
        expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the validator of the published rules', () => {
  const user = { role: 'user', content: 'Hi' };
  const asked = {
    role: 'assistant',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'clock', arguments: '{}' } }],
  };
  it.each([
    ['nothing', []],
    ['a late instruction', [user, { role: 'system', content: 'Be brief.' }]],
    ['an empty message', [{ role: 'user', content: ' ' }]],
    ['a call without result', [user, asked, user]],
    ['a result without call', [user, { role: 'tool', tool_call_id: 'a', content: 'noon' }]],
    ['a plan without calls', [user, { role: 'assistant', content: 'Hi', tool_plan: 'Hm.' }, user]],
    ['an assistant last', [user, { role: 'assistant', content: 'Hi' }]],
  ])('refuses %s', (_what, messages) => {
    expect(() => validateCohere({ model: 'm', stream: true, messages })).toThrow();
    expect(() => validateCohere({ model: 'm', stream: true, messages: [user] })).not.toThrow();
  });
});
