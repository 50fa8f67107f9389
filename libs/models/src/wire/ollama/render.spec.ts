import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage, Part, ToolCallPart } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ProfileInit } from '../../profile/profile.js';
import { anyRequest } from '../foreign-history.fixture.js';
import { TOOLS, WEATHER, targetOf } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { ollama } from './ollama.js';
import { validateOllama } from './validate.fixture.js';

const INIT: ProfileInit = { api: 'ollama', contextWindow: 16_384 };
const render = (request: Partial<ModelRequest>, init: ProfileInit = INIT): WireRequest =>
  ollama.render({ messages: [userMessage('Hi')], ...request }, targetOf(init));
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });
const CALL: ToolCallPart = { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } };

describe("a request to Ollama's chat API", () => {
  it('has arguments as objects, results with the name and the id of their call, and its own thinking', () => {
    const messages = [
      systemMessage('Be brief.'),
      userMessage('Weather?'),
      assistant(
        { type: 'reasoning', text: 'Mine.', signer: 'ollama' },
        { type: 'reasoning', text: 'Theirs.', signer: 'deepseek' },
        CALL,
      ),
      toolResultMessage(CALL, 'sun'),
    ];
    expect(render({ messages, tools: TOOLS }).body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: '',
        thinking: 'Mine.',
        tool_calls: [{ id: 'call_a', function: { name: 'get_weather', arguments: { city: 'Paris' } } }],
      },
      { role: 'tool', tool_name: 'get_weather', tool_call_id: 'call_a', content: 'sun' },
    ]);
    const silent = render({ messages }, { ...INIT, reasoning: { replay: 'none' } });
    expect(JSON.stringify(silent.body)).not.toContain('Mine.');
  });

  it("says the profile's window, and that a prompt which does not fit is an error, because its front would be lost silently", () => {
    expect(render({})).toEqual({
      path: '/api/chat',
      headers: {},
      body: {
        model: 'asked-model',
        messages: [{ role: 'user', content: 'Hi' }],
        stream: true,
        truncate: false,
        shift: false,
        options: { num_ctx: 16_384 },
      },
    });
  });

  it('writes settings as options', () => {
    const request = { maxOutputTokens: 9_999, temperature: 0, topP: 0.9, seed: 7, stop: ['END'], stream: false };
    expect(render(request).body).toMatchObject({
      stream: false,
      options: { num_ctx: 16_384, num_predict: 4_096, temperature: 0, top_p: 0.9, seed: 7, stop: ['END'] },
    });
  });

  it('chooses tools by offering them', () => {
    const offered = (toolChoice: ModelRequest['toolChoice']): unknown => {
      const { body } = render({ tools: TOOLS, ...(toolChoice === undefined ? {} : { toolChoice }) });
      expect(body).not.toHaveProperty('tool_choice');
      return body['tools'];
    };
    const weather = { type: 'function', function: { name: 'get_weather', parameters: WEATHER.inputSchema } };
    expect(offered(undefined)).toHaveLength(2);
    expect(offered('required')).toHaveLength(2);
    expect(offered('none')).toBeUndefined();
    expect(offered({ name: 'get_weather' })).toEqual([weather]);
  });

  it('images stand beside the text in base64; an address, or a model that sees nothing, gets words', () => {
    const parts: Part[] = [
      { type: 'text', text: 'What?' },
      { type: 'image', mediaType: 'image/png', data: 'AAAA' },
      { type: 'image', mediaType: 'image/png', url: 'data:image/png;base64,BBBB' },
      { type: 'image', mediaType: 'image/jpeg', url: 'https://example.org/a.jpg' },
    ];
    const messages: CanonicalMessage[] = [{ role: 'user', parts }];
    expect(render({ messages }, { ...INIT, capabilities: { vision: true } }).body['messages']).toEqual([
      { role: 'user', content: 'What?\n\n[image left out: image/jpeg]', images: ['AAAA', 'BBBB'] },
    ]);
    expect(render({ messages }).body['messages']).toEqual([
      {
        role: 'user',
        content: 'What?\n\n[image left out: image/png]\n\n[image left out: image/png]\n\n[image left out: image/jpeg]',
      },
    ]);
  });

  it('passes the rules of the API whatever the history', () => {
    fc.assert(
      fc.property(anyRequest, fc.boolean(), (request, vision) => {
        const { body } = ollama.render(request, targetOf({ ...INIT, capabilities: { vision } }));
        validateOllama(JSON.parse(JSON.stringify(body)));
        expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the validator of the rules', () => {
  const user = { role: 'user', content: 'Hi' };
  const asked = (args: unknown) => ({
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 'a', function: { name: 'clock', arguments: args } }],
  });
  const answered = { role: 'tool', tool_name: 'clock', tool_call_id: 'a', content: 'noon' };
  const validate = (messages: unknown[]): void =>
    validateOllama(JSON.parse(JSON.stringify({ model: 'm', stream: true, options: { num_ctx: 1 }, messages })));
  it.each([
    ['nothing', []],
    ['arguments in a string', [user, asked('{}'), answered]],
    ['content in parts', [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]],
    ['an image by address', [{ ...user, images: ['https://example.org/a.png'] }]],
    ['a call without result', [user, asked({}), user]],
    ['a result without call', [user, answered]],
  ])('refuses %s', (_what, messages) => {
    expect(() => validate(messages)).toThrow();
    expect(() => validate([user, asked({}), answered])).not.toThrow();
  });
});
