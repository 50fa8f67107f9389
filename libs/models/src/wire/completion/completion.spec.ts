import { describe, expect, it } from '@jest/globals';
import { assistantMessage, systemMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { ModelEvent, ModelResponse } from '../../model-response.js';
import type { ChatTemplate, ProfileInit } from '../../profile/profile.js';
import { readEvents, responseOf, targetOf, TOOLS } from '../reading.fixture.js';
import type { WireRequest } from '../wire-api.js';
import { completion } from './completion.js';
import { TEMPLATES } from './templates.fixture.js';

const chunk = (text: string, finish: string | null = null): object => ({
  id: 'cmpl-1',
  model: 'answered-model',
  choices: [{ index: 0, text, finish_reason: finish }],
});
const INIT: ProfileInit = { api: 'completion' };
const simple = (source: string): ChatTemplate => ({ source, bosToken: '<s>', eosToken: '</s>' });
const templateOf = (name: string): ChatTemplate => {
  const found = TEMPLATES.find((fixture) => fixture.name.includes(name));
  if (found === undefined) throw new Error(`no template ${name}`);
  return found.template;
};
function render(init: Partial<ProfileInit>, request: Partial<ModelRequest> = {}): WireRequest {
  return completion.render({ messages: [userMessage('Hi')], ...request }, targetOf({ ...INIT, ...init }));
}

describe('a request for a text completion', () => {
  it('holds the prompt, the ends of a turn to stop at, limits and settings', () => {
    const { path, body } = render(
      { maxOutputTokens: 100, unsupported: ['temperature', 'specialTokens'] },
      {
        messages: [systemMessage('Be brief.'), userMessage('Hi')],
        maxOutputTokens: 500,
        temperature: 0.5,
        topP: 0.9,
        seed: 7,
        stop: ['END', '<|im_end|>'],
        extraBody: { user: 'u1' },
      },
    );
    expect(path).toBe('/completions');
    expect(body).toEqual({
      model: 'asked-model',
      prompt: '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 100,
      stop: ['<|im_end|>', 'END'],
      top_p: 0.9,
      seed: 7,
      user: 'u1',
    });
    expect(render({}, { stream: false }).body).toMatchObject({
      max_tokens: 4_096,
      stream: false,
      skip_special_tokens: false,
    });
  });

  it('leaves the first token to the server, so that it is not there twice', () => {
    expect(render({ template: templateOf('Gemma 2') }).body['prompt']).toBe(
      '<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n',
    );
  });

  it('instructions join the first user, and an assistant speaks between results and a user, where the template demands it', () => {
    const call: CanonicalMessage = {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'call_with_a_long_id', name: 'clock', arguments: {} }],
    };
    const messages = [systemMessage('Be brief.'), userMessage('Hi'), assistantMessage('Yes?')];
    expect(render({ template: templateOf('Gemma 2') }, { messages }).body['prompt']).toContain(
      '<start_of_turn>user\nBe brief.\n\nHi<end_of_turn>',
    );
    const strict = render(
      { template: templateOf('Nemo') },
      { messages: [userMessage('Hi'), call, userMessage('And?')] },
    );
    expect(strict.body['prompt']).toMatch(/"id": "[a-zA-Z0-9]{9}".*\[\/TOOL_RESULTS\] Understood\.<\/s>\[INST\]And\?/u);
  });

  it('settings of the template go to it and not to the server; the day is known to it', () => {
    const template = simple(
      "{{ 'on ' if enable_thinking }}{{ strftime_now('%Y') }}{% for m in messages %}{{ m.content }}{% endfor %}",
    );
    const { body } = render({ template }, { extraBody: { chat_template_kwargs: { enable_thinking: true } } });
    expect(body['prompt']).toMatch(/^on 20\d\dHi$/u);
    expect(body).not.toHaveProperty('chat_template_kwargs');
  });

  it('tools stand in the text of the dialect where the profile says so, though the template could write them', () => {
    const { body } = render({ tools: { mode: 'text' }, dialect: 'llama-3' }, { tools: TOOLS });
    expect(body['prompt']).toContain('{"name": "FUNCTION", "parameters": {"PARAMETER":"VALUE"}}');
    expect(body['prompt']).not.toContain('<tool_call>');
  });
});

describe('a template that cannot be used ends in an error that says so', () => {
  const loop = '{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}';
  it.each([
    ['is no Jinja', '{% if %}', 'model.template_invalid'],
    ['never ends its block', '{% for m in messages %}', 'model.template_invalid'],
    ['nests without end', '{{ ' + '('.repeat(20_000) + ' }}', 'model.template_invalid'],
    ['raises whatever is said', "{{ raise_exception('Never.') }}", 'model.template_raised'],
    ['does what the engine does not know', '{{ messages | unheard_of }}', 'model.template_raised'],
    ['leaves out what the user says', 'Hello!', 'model.template_raised'],
    ['does not come to an end', loop, 'model.template_limit'],
    ['counts too far', '{% for a in range(1000000000) %}{% endfor %}', 'model.template_limit'],
    ['is huge', ' '.repeat(300_000), 'model.template_limit'],
  ])('%s', (_what, source, code) => {
    expect(() => render({ template: simple(source) })).toThrow(
      expect.objectContaining({ name: 'ModelError', kind: 'bad_request', code, retryable: false }),
    );
  });
});

describe('an answer of a text completion', () => {
  const read = (events: readonly unknown[], init: Partial<ProfileInit> = {}): ModelResponse =>
    readEvents({ ...INIT, ...init }, events);

  it('is told apart into reasoning, text and calls, with the usage of the last chunk', () => {
    const response = read([
      chunk('<think>Hm.</think>'),
      chunk('Looking.\n<tool_'),
      chunk('call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'),
      chunk('', 'stop'),
      { choices: [], usage: { prompt_tokens: 10, completion_tokens: 4 } },
      '[DONE]',
    ]);
    expect(response).toMatchObject({
      toolCalls: [{ name: 'get_weather', arguments: { city: 'Paris' } }],
      rejectedCalls: [],
      finishReason: 'tool_calls',
      rawFinishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 4, source: 'reported' },
      modelId: 'answered-model',
      responseId: 'cmpl-1',
    });
    expect(response.message.parts.slice(0, 2)).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'completion' },
      { type: 'text', text: expect.stringContaining('Looking.') },
    ]);
    expect(response.repairs.map(({ code }) => code)).not.toContain('finish_corrected');
  });

  it('cut by the output limit: no call is executed', () => {
    const cut = chunk('<tool_call>\n{"name": "get_weather", "arguments": {"city": "Par', 'length');
    expect(read([cut])).toMatchObject({
      finishReason: 'length',
      toolCalls: [],
      rejectedCalls: [{ code: 'truncated' }],
    });
  });

  it('a call that ends where the server stopped at its mark is whole', () => {
    const text = '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}';
    expect(read([chunk(text, 'stop')], { dialect: 'harmony' }).toolCalls).toMatchObject([
      { arguments: { city: 'Paris' } },
    ]);
  });

  it.each([
    ['R1', true],
    ['GLM', true],
    ['ChatML', false],
  ])('the answer to a prompt of %s begins within the reasoning: %s', (name, opens) => {
    const target = targetOf({ ...INIT, template: templateOf(name) });
    const request: ModelRequest = { messages: [userMessage('Hi')] };
    completion.render(request, target);
    const reader = completion.createReader({ target, request, mintCallId: () => 'c' });
    const data = JSON.parse(JSON.stringify(chunk('Hm. Yes.', 'length')));
    const events: ModelEvent[] = [...reader.push({ data, text: '{}' }), ...reader.end()];
    expect(responseOf(events).message.parts).toMatchObject([{ type: opens ? 'reasoning' : 'text', text: 'Hm. Yes.' }]);
  });

  it('that breaks off, or reports an error within, is none', () => {
    expect(() => read([chunk('It is')])).toThrow(expect.objectContaining({ kind: 'broken_stream' }));
    expect(() => read([chunk('It'), { error: { message: 'Overloaded', code: 503 } }])).toThrow(
      expect.objectContaining({ name: 'ModelError' }),
    );
    expect(() => read(['no JSON'])).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});
