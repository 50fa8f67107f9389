import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { answerLines } from '../json-lines.js';
import { bodyReader } from './wire.js';

const TOOLS = [{ name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } }];
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('wire read', () => {
  it('reads a stream of chat completions, with what a server left in its text', async () => {
    const read = await bodyReader();
    const body = [
      chunk({ content: 'Hm.</think>I look.<tool_' }),
      chunk({ content: 'call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>' }),
      chunk({}, 'stop'),
      'data: [DONE]\n\n',
    ].join('');
    const profile = { dialect: 'glm-4.7', reasoning: { opened: true } };
    expect(read({ id: 1, api: 'openai-chat', body, tools: TOOLS, profile })).toMatchObject({
      id: 1,
      content: 'I look.',
      reasoning: 'Hm.',
      calls: [{ name: 'f', arguments: { a: 1 } }],
      rejected: [],
      finish: 'tool_calls',
      error: null,
    });
  });

  it('reads whole bodies, and streams of other forms', async () => {
    const read = await bodyReader();
    const gemini = JSON.stringify([
      { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 2 } } }] }, finishReason: 'STOP' }] },
    ]);
    expect(read({ id: 1, api: 'gemini', body: gemini, tools: TOOLS })).toMatchObject({
      calls: [{ arguments: { a: 2 } }],
    });
    const ollama = `{"model":"m","message":{"role":"assistant","content":"Hel"},"done":false}\n{"message":{"content":"lo"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}`;
    expect(read({ id: 1, api: 'ollama', body: ollama })).toMatchObject({ content: 'Hello', usage: { inputTokens: 3 } });
  });

  it('tells an error that the body is or that breaks it off', async () => {
    const read = await bodyReader();
    const overloaded =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    expect(read({ id: 1, api: 'anthropic', body: overloaded })).toMatchObject({
      finish: null,
      error: { kind: 'overloaded' },
    });
    const cut = chunk({ content: 'Hel' });
    expect(read({ id: 1, api: 'openai-chat', body: cut })).toMatchObject({
      content: 'Hel',
      error: { kind: 'broken_stream' },
    });
  });

  it('refuses lines that are none', async () => {
    const read = await bodyReader();
    expect(() => read({ api: 'telegraph', body: '' })).toThrow(/openai-chat/);
    expect(() => read({ api: 'gemini' })).toThrow(/"body"/);
    expect(() => read({ api: 'gemini', body: '', profile: [] })).toThrow(/"profile"/);
    expect(() => read({ api: 'gemini', body: '', profile: { reasoning: 5 } })).toThrow(/reasoning must be object/);
  });

  it('takes the name of a catalogue entry for a profile, which says the API too', async () => {
    const read = await bodyReader();
    const message = { role: 'assistant', content: 'Hi', reasoning_content: 'Hm' };
    const body = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
    for (const api of [undefined, 'openai-chat'])
      expect(await read({ id: 1, profile: 'zai/glm-5.1', body, ...(api === undefined ? {} : { api }) })).toMatchObject({
        id: 1,
        content: 'Hi',
        reasoning: 'Hm',
        error: null,
      });
  });

  it('refuses a name that nobody or several have, and one that speaks another API, and goes on with the next line', async () => {
    const lines = [
      { id: 1, profile: 'zai/glm-77', body: '' },
      { id: 2, profile: 'glm-5.2', body: '' },
      { id: 3, profile: 'zai/glm-5.1', api: 'gemini', body: '' },
      { id: 4, profile: 'zai/glm-5.1' },
      { id: 5, api: 'ollama', body: '{"message":{"content":"Hi"},"done":true,"done_reason":"stop"}' },
    ];
    const output = new PassThrough();
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    expect(await answerLines(Readable.from([text]), output, await bodyReader())).toBe(4);
    const answers = String(output.read())
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(answers).toMatchObject([
      { id: 1, error: { code: 'catalogue.not_found', message: expect.stringMatching(/zai\/glm-5\.1/) } },
      { id: 2, error: { code: 'catalogue.ambiguous', message: expect.stringMatching(/Say which/) } },
      { id: 3, error: { code: 'usage.invalid', message: expect.stringMatching(/speaks openai-chat/) } },
      { id: 4, error: { code: 'usage.invalid', message: expect.stringMatching(/"body"/) } },
      { id: 5, content: 'Hi', error: null },
    ]);
  });
});
