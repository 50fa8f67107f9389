import { describe, expect, it } from '@jest/globals';
import { parseJson, type JsonObject } from '../json.js';
import { textOf } from '../messages/message-helpers.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelEvent } from '../model-response.js';
import type { ProfileInit } from '../profile/profile.js';
import { readerOf, readEvents, responseOf, TOOLS } from './reading.fixture.js';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { sum: { type: 'integer', minimum: 0 }, note: { type: 'string' } },
  required: ['sum'],
};
const ASKED = { output: { schema: SCHEMA }, tools: [] };
const BY_TOOL: ProfileInit = { api: 'openai-chat', output: { methods: ['tool'] } };
const BY_SCHEMA: ProfileInit = { api: 'openai-chat', output: { methods: ['json_schema'], subset: 'openai-strict' } };

const call = (name: string, args: unknown, id = name): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
});
const answer = (message: JsonObject, finish = 'stop'): JsonObject => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
});
const read = (init: ProfileInit, message: JsonObject, request: Partial<ModelRequest> = {}, finish?: string) =>
  readEvents(init, [answer(message, finish)], { ...ASKED, ...request });

function streamed(init: ProfileInit, deltas: readonly JsonObject[], finish: string): ModelEvent[] {
  const reader = readerOf(init, ASKED);
  const chunks = [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
  ];
  const seen = chunks.flatMap((chunk) => {
    const text = JSON.stringify(chunk);
    return reader.push({ data: parseJson(text), text });
  });
  return [...seen, ...reader.end()];
}
const shownText = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');

describe('a result that came as a call', () => {
  it('is no call to anybody: not in the message, not to be executed, and the end of the turn', () => {
    const response = read(BY_TOOL, { tool_calls: [call('result', { sum: 3 })] }, {}, 'tool_calls');
    expect(response).toMatchObject({
      output: { ok: true, value: { sum: 3 } },
      toolCalls: [],
      rejectedCalls: [],
      finishReason: 'stop',
      message: { parts: [{ type: 'text', text: '{"sum":3}' }] },
    });
  });

  it('that does not fit says why, and is no call either', () => {
    const response = read(BY_TOOL, { tool_calls: [call('result', { sum: -3 })] });
    expect(response).toMatchObject({
      output: { ok: false, code: 'invalid_value', reason: expect.stringContaining('sum must be >= 0') },
      toolCalls: [],
      rejectedCalls: [],
    });
    expect(textOf(response.message)).toBe('{"sum":-3}');
  });

  it('that was cut is none, whatever it looks like', () => {
    expect(read(BY_TOOL, { tool_calls: [call('result', { sum: 3 })] }, {}, 'length')).toMatchObject({
      output: { ok: false, code: 'truncated' },
      toolCalls: [],
      rejectedCalls: [],
    });
    expect(read(BY_TOOL, { tool_calls: [call('result', '{"sum":3')] })).toMatchObject({
      output: { ok: false, code: 'not_json' },
    });
  });

  it('given twice in different ways is unclear; given twice in the same way it is one', () => {
    const twice = (second: number) =>
      read(BY_TOOL, { tool_calls: [call('result', { sum: 3 }), call('result', { sum: second }, 'b')] }).output;
    expect(twice(4)).toMatchObject({ ok: false, code: 'unclear' });
    expect(twice(3)).toMatchObject({ ok: true, value: { sum: 3 } });
  });

  it('together with calls is dropped: their results come first', () => {
    const calls = [call('result', { sum: 3 }), call('clock', {})];
    const response = read(BY_TOOL, { tool_calls: calls }, { tools: TOOLS }, 'tool_calls');
    expect(response.output).toBeUndefined();
    expect(response.toolCalls.map(({ name }) => name)).toEqual(['clock']);
    expect(JSON.stringify(response.message)).not.toContain('"sum"');
    expect(response.repairs).toContainEqual({ code: 'result_early', detail: expect.any(String) });
    expect(response.finishReason).toBe('tool_calls');
  });

  it('is taken from the text too, where a model answers there, and prose is told how to give it', () => {
    expect(read(BY_TOOL, { content: '{"sum":1}' }).output).toMatchObject({ ok: true, value: { sum: 1 } });
    expect(read(BY_TOOL, { content: 'It is 1.' }).output).toMatchObject({
      ok: false,
      code: 'not_json',
      reason: expect.stringContaining('calling the tool result'),
    });
  });

  it('is shown as one text when it is whole, and never as a call', () => {
    const events = streamed(
      BY_TOOL,
      [
        { tool_calls: [{ index: 0, id: 'a', function: { name: 'result', arguments: '{"su' } }] },
        { tool_calls: [{ index: 0, function: { arguments: 'm":3}' } }] },
      ],
      'tool_calls',
    );
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'usage', 'finish', 'response']);
    expect(shownText(events)).toBe('{"sum":3}');
    expect(events).toContainEqual({ type: 'finish', reason: 'stop' });
  });
});

describe('a result that came as text', () => {
  it('is brought back to the author’s form, in the answer, the message and what is shown', () => {
    const events = streamed(BY_SCHEMA, [{ content: '{"sum":3,' }, { content: '"note":null}' }], 'stop');
    expect(shownText(events)).toBe('{"sum":3}');
    const response = responseOf(events);
    expect(textOf(response.message)).toBe('{"sum":3}');
    expect(response.output).toMatchObject({ ok: true, value: { sum: 3 }, coercions: [{ code: 'null_removed' }] });
  });

  it('is shown as it comes where it has the author’s form', () => {
    const events = streamed(
      { api: 'openai-chat', dialect: '', output: { methods: ['json_object'] } },
      [{ content: '{"sum"' }, { content: ':3}' }],
      'stop',
    );
    expect(events.filter(({ type }) => type === 'text_delta')).toHaveLength(2);
    expect(responseOf(events).output).toMatchObject({ ok: true, value: { sum: 3 } });
  });

  it('that looks like a call is the result all the same', () => {
    const schema = { type: 'object', required: ['name', 'arguments'] };
    const init: ProfileInit = { api: 'openai-chat', output: { methods: ['json_object'] } };
    const response = read(init, { content: '{"name":"get_weather","arguments":{"city":"x"}}' }, { output: { schema } });
    expect(response).toMatchObject({ output: { ok: true, value: { name: 'get_weather' } }, rejectedCalls: [] });
  });

  it('is not looked for in a turn that calls tools, nor where none was asked for', () => {
    const calling = { content: '{"sum":3}', tool_calls: [call('clock', {})] };
    expect(read(BY_SCHEMA, calling, { tools: TOOLS }, 'tool_calls').output).toBeUndefined();
    expect(readEvents(BY_SCHEMA, [answer({ content: '{"sum":3}' })]).output).toBeUndefined();
  });
});

describe('arguments in the form of the schema on the wire', () => {
  const init: ProfileInit = { api: 'openai-chat', tools: { subset: 'openai-strict' } };
  const tools = [
    {
      name: 'save',
      inputSchema: {
        ...SCHEMA,
        properties: {
          ...(SCHEMA['properties'] as JsonObject),
          map: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
    },
  ];
  const saved = (args: unknown) => readEvents(init, [answer({ tool_calls: [call('save', args)] })], { tools });

  it('are brought back to the author’s, and each step is told', () => {
    const response = saved({ sum: 1, note: null, map: [{ key: 'a', value: 1 }] });
    expect(response.toolCalls).toMatchObject([{ arguments: { sum: 1, map: { a: 1 } } }]);
    expect(response.message.parts).toMatchObject([{ arguments: { sum: 1, map: { a: 1 } } }]);
    expect(response.repairs.map(({ code }) => code)).toEqual(expect.arrayContaining(['null_removed', 'pairs_read']));
  });

  it('that can be read in two ways are rejected with the reason', () => {
    const pairs = [
      { key: 'a', value: 1 },
      { key: 'a', value: 2 },
    ];
    expect(saved({ sum: 1, note: null, map: pairs })).toMatchObject({
      toolCalls: [],
      rejectedCalls: [{ code: 'invalid_arguments', reason: expect.stringContaining('"a" twice') }],
    });
  });

  it('that break the author’s rule are rejected, and those that break the one seen in the words of that one', () => {
    expect(saved({ sum: -1, note: null, map: null }).rejectedCalls[0]?.reason).toContain('sum must be >= 0');
    expect(saved({ sum: 'x', note: null, map: null }).rejectedCalls[0]).toMatchObject({ code: 'invalid_arguments' });
  });

  it('tell a bounded number of steps', () => {
    const map = Array.from({ length: 20 }, (_, key) => ({ key: `k${key}`, value: key }));
    const calls = Array.from({ length: 90 }, (_, index) => call('save', { sum: index, note: null, map }, `c${index}`));
    const { repairs, toolCalls } = readEvents(init, [answer({ tool_calls: calls }, 'tool_calls')], { tools });
    expect(toolCalls).toHaveLength(90);
    expect(repairs).toHaveLength(100);
  });
});
