import { describe, expect, it } from '@jest/globals';
import { assistantMessage, systemMessage, toolResultMessage, userMessage } from '../messages/message-helpers.js';
import type { CanonicalMessage, Part, ToolCallPart } from '../messages/message.js';
import type { ModelRequest } from '../model-request.js';
import type { ProfileInit } from '../profile/profile.js';
import { TOOLS, WEATHER, targetOf } from './reading.fixture.js';
import type { WireRequest } from './wire-api.js';
import { wireApi } from './wire-apis.js';

const call = (id: string, city = 'Paris', more: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool_call',
  id,
  name: 'get_weather',
  arguments: { city },
  ...more,
});
const assistant = (...parts: Part[]): CanonicalMessage => ({ role: 'assistant', parts });

function render(init: ProfileInit, request: Partial<ModelRequest>): WireRequest {
  return wireApi(init.api).render({ messages: [], ...request }, targetOf(init));
}
const messagesOf = (init: ProfileInit, messages: readonly CanonicalMessage[]): unknown =>
  render(init, { messages, tools: TOOLS }).body['messages'];

const HISTORY = [
  systemMessage('Be brief.'),
  userMessage('Weather?'),
  assistant({ type: 'text', text: 'Looking.' }, call('call_a'), call('call_b', 'Rome')),
  toolResultMessage({ id: 'call_b', name: 'get_weather' }, 'rain'),
  toolResultMessage({ id: 'call_a', name: 'get_weather' }, 'no such city', { isError: true }),
  assistantMessage('Done.'),
  userMessage('Thanks.'),
];

describe('chat completions', () => {
  it('arguments are strings, results follow their calls in order, an error says so', () => {
    expect(messagesOf({ api: 'openai-chat' }, HISTORY)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Looking.',
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
          { id: 'call_b', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_a', content: 'Error: no such city' },
      { role: 'tool', tool_call_id: 'call_b', content: 'rain' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'Thanks.' },
    ]);
  });

  it('writes tools, limits and settings as the profile demands, and leaves out what it does not take', () => {
    const init: ProfileInit = {
      api: 'openai-chat',
      maxOutputTokens: 100,
      maxTokensField: 'max_completion_tokens',
      unsupported: ['temperature'],
    };
    const { path, body } = render(init, {
      messages: [userMessage('Hi')],
      tools: [WEATHER],
      toolChoice: { name: 'get_weather' },
      parallelToolCalls: false,
      maxOutputTokens: 500,
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      stop: ['END'],
      extraBody: { user: 'u1' },
    });
    expect(path).toBe('/chat/completions');
    expect(body).toMatchObject({
      model: 'asked-model',
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER.inputSchema } }],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      parallel_tool_calls: false,
      max_completion_tokens: 100,
      top_p: 0.9,
      seed: 7,
      stop: ['END'],
      user: 'u1',
    });
    expect(body).not.toHaveProperty('temperature');
    expect(
      render({ api: 'openai-chat', capabilities: { tools: false, streaming: false } }, { tools: [WEATHER] }).body,
    ).toEqual({
      model: 'asked-model',
      messages: [],
      stream: false,
    });
  });

  it('instructions come first and once where the profile says so, in the role that it says', () => {
    const init: ProfileInit = { api: 'openai-chat', system: { role: 'developer', placement: 'first' } };
    expect(messagesOf(init, [userMessage('Hi'), systemMessage('A'), systemMessage('B')])).toEqual([
      { role: 'developer', content: 'A\n\nB' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('reasoning goes back only to its signer, in its field', () => {
    const messages = [
      userMessage('Hi'),
      assistant({ type: 'reasoning', text: 'Hm.', signer: 'deepseek' }, { type: 'text', text: 'Yes' }),
    ];
    const own: ProfileInit = { api: 'openai-chat', reasoning: { signer: 'deepseek', replay: 'field' } };
    expect(messagesOf(own, messages)).toContainEqual({ role: 'assistant', content: 'Yes', reasoning_content: 'Hm.' });
    const foreign: ProfileInit = { api: 'openai-chat', reasoning: { signer: 'zai', replay: 'field' } };
    expect(JSON.stringify(messagesOf(foreign, messages))).not.toContain('Hm.');
  });

  it('a sealed call goes back with its seal, a foreign one with the placeholder, on the first call only', () => {
    const init: ProfileInit = {
      api: 'openai-chat',
      reasoning: { signer: 'google' },
      callSeal: { field: 'extra_content', placeholder: 'skip' },
    };
    const written = (...calls: ToolCallPart[]): unknown =>
      JSON.parse(JSON.stringify(messagesOf(init, [userMessage('Hi'), assistant(...calls)])))[1].tool_calls.map(
        (each: Record<string, unknown>) => each['extra_content'],
      );
    expect(written(call('a', 'Paris', { seal: { signer: 'google', value: 'sig' } }), call('b'))).toEqual([
      'sig',
      undefined,
    ]);
    expect(written(call('a', 'Paris', { seal: { signer: 'other', value: 'sig' } }), call('b'))).toEqual([
      'skip',
      undefined,
    ]);
  });

  it('images go to models that see, and are named to those that do not', () => {
    const messages: CanonicalMessage[] = [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What?' },
          { type: 'image', mediaType: 'image/png', data: 'AAAA' },
        ],
      },
    ];
    expect(messagesOf({ api: 'openai-chat', capabilities: { vision: true } }, messages)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
    expect(messagesOf({ api: 'openai-chat' }, messages)).toEqual([
      { role: 'user', content: 'What?\n\n[image left out: image/png]' },
    ]);
  });
});

describe('the Messages API', () => {
  it('instructions stand apart, results open the next user turn in the order of their calls', () => {
    const { path, headers, body } = render({ api: 'anthropic' }, { messages: HISTORY, tools: TOOLS });
    expect(path).toBe('/messages');
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(body).toMatchObject({ system: 'Be brief.', max_tokens: 4_096, stream: true });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'call_b', name: 'get_weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'call_a',
            content: [{ type: 'text', text: 'no such city' }],
            is_error: true,
          },
          { type: 'tool_result', tool_use_id: 'call_b', content: [{ type: 'text', text: 'rain' }] },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Thanks.' }] },
    ]);
  });

  it('signed thinking leads its turn and goes only to its signer', () => {
    const messages = [
      userMessage('Hi'),
      assistant(
        { type: 'reasoning', text: 'Mine', signer: 'anthropic', signature: 's' },
        { type: 'reasoning', text: '', signer: 'anthropic', opaque: 'sealed' },
        { type: 'reasoning', text: 'Theirs', signer: 'deepseek' },
        { type: 'reasoning', text: 'Unsigned', signer: 'anthropic' },
        { type: 'text', text: 'Yes' },
      ),
      userMessage('And?'),
    ];
    expect(messagesOf({ api: 'anthropic' }, messages)).toContainEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Mine', signature: 's' },
        { type: 'redacted_thinking', data: 'sealed' },
        { type: 'text', text: 'Yes' },
      ],
    });
  });

  it('thinking that is not well-formed text does not go back: changed, it would not fit its signature', () => {
    const parts = ['a\ud83d', '\udc00', 'whole'].map((text): Part => ({
      type: 'reasoning',
      text,
      signer: 'anthropic',
      signature: 's',
    }));
    const strange: Part = { type: 'reasoning', text: 'x', signer: 'anthropic', signature: 's\ud83d' };
    const unsigned: Part = { type: 'reasoning', text: 'x', signer: 'anthropic', signature: '' };
    const said = assistant(...parts, strange, unsigned, { type: 'text', text: 'Yes' });
    expect(messagesOf({ api: 'anthropic' }, [userMessage('Hi'), said, userMessage('And?')])).toContainEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'whole', signature: 's' },
        { type: 'text', text: 'Yes' },
      ],
    });
  });

  it('a turn ends with what was said or called, not with thinking', () => {
    const thought: Part = { type: 'reasoning', text: 'Hm', signer: 'anthropic', signature: 's' };
    const sealed: Part = { type: 'reasoning', text: '', signer: 'anthropic', opaque: 'sealed' };
    const yes = { type: 'text', text: 'Yes' } as const;
    const after = (...parts: Part[]): unknown =>
      messagesOf({ api: 'anthropic' }, [userMessage('Hi'), assistant(...parts), userMessage('And?')]);
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 's' };
    expect(after(thought, yes, thought, sealed)).toContainEqual({ role: 'assistant', content: [thinking, yes] });
    expect(after(thought, call('a'))).toContainEqual({
      role: 'assistant',
      content: [thinking, expect.objectContaining({ type: 'tool_use' })],
    });
    expect(after(thought, sealed)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  it('names the tools of the history when none is offered, and forbids to call them', () => {
    const { body } = render({ api: 'anthropic' }, { messages: HISTORY });
    expect(body).toMatchObject({
      tools: [{ name: 'get_weather', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    });
  });

  it('writes the choice of tools', () => {
    const choice = (request: Partial<ModelRequest>): unknown =>
      render({ api: 'anthropic' }, { tools: TOOLS, ...request }).body['tool_choice'];
    expect(choice({})).toBeUndefined();
    expect(choice({ toolChoice: 'required' })).toEqual({ type: 'any' });
    expect(choice({ toolChoice: 'none' })).toEqual({ type: 'none' });
    expect(choice({ toolChoice: { name: 'clock' }, parallelToolCalls: false })).toEqual({
      type: 'tool',
      name: 'clock',
      disable_parallel_tool_use: true,
    });
  });
});

describe('histories that nobody would write', () => {
  const both: ProfileInit['api'][] = ['openai-chat', 'anthropic'];

  it.each(both)('%s: a call without a result gets one that says so', (api) => {
    expect(
      JSON.stringify(messagesOf({ api }, [userMessage('Hi'), assistant(call('a')), userMessage('Well?')])),
    ).toContain('No result was recorded');
  });

  it.each(both)('%s: a result that comes after the next question moves to its call', (api) => {
    const text = JSON.stringify(
      messagesOf({ api }, [
        userMessage('Hi'),
        assistant(call('a')),
        userMessage('Well?'),
        toolResultMessage({ id: 'a', name: 'get_weather' }, 'sun'),
      ]),
    );
    expect(text.indexOf('sun')).toBeLessThan(text.indexOf('Well?'));
    expect(text).not.toContain('No result');
  });

  it.each(both)('%s: a result without a call is told as text', (api) => {
    expect(JSON.stringify(messagesOf({ api }, [toolResultMessage({ id: 'x', name: 'get_weather' }, 'sun')]))).toContain(
      '[Result of get_weather] sun',
    );
  });

  it.each(both)('%s: ids that repeat over turns are made unique, each with its own result', (api) => {
    const turn = (text: string): CanonicalMessage[] => [
      assistant(call('same')),
      toolResultMessage({ id: 'same', name: 'get_weather' }, text),
    ];
    const text = JSON.stringify(messagesOf({ api }, [userMessage('Hi'), ...turn('first'), ...turn('second')]));
    const ids = [...text.matchAll(/"(?:id|tool_call_id|tool_use_id)":"([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
    expect(text.indexOf('first')).toBeLessThan(text.indexOf('second'));
  });

  it.each(both)('%s: lone surrogates are replaced', (api) => {
    const body = JSON.stringify(messagesOf({ api }, [userMessage('a\ud83db'), assistant(call('a', 'x\udc00'))]));
    expect(body).not.toMatch(/\\ud83d|\\udc00/);
  });

  it('a conversation that an assistant begins and ends still alternates', () => {
    expect(messagesOf({ api: 'anthropic' }, [assistantMessage('Hello!'), assistantMessage('Anybody?')])).toEqual([
      { role: 'user', content: [{ type: 'text', text: '(The conversation begins here.)' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Hello!' },
          { type: 'text', text: 'Anybody?' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Continue.' }] },
    ]);
  });
});
