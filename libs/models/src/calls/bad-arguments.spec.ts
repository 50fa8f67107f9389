import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import type { ToolDefinition } from '../model-request.js';
import type { ModelResponse } from '../model-response.js';
import type { WireApiName } from '../profile/profile.js';
import { callChunk, chunk, readEvents } from '../wire/reading.fixture.js';
import { readDialect } from '../dialects/read-dialect.js';
import { repeatedKey } from './argument-doubts.js';
import { validateArguments } from './argument-validator.js';

const ANY: ToolDefinition = { name: 'f', inputSchema: { type: 'object' } };

/** A call of `f` with these arguments, as the wires that write them as text have it. */
const TEXT_WIRES: Readonly<Partial<Record<WireApiName, (text: string) => readonly unknown[]>>> = {
  'openai-chat': (text) => [
    callChunk({ index: 0, id: 'c', function: { name: 'f', arguments: text } }),
    chunk({}, 'tool_calls'),
  ],
  anthropic: (text) => [
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'c', name: 'f', input: {} } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
  ],
  'openai-responses': (text) => [
    {
      object: 'response',
      status: 'completed',
      output: [{ type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: text }],
    },
  ],
  cohere: (text) => [
    {
      type: 'tool-call-start',
      index: 0,
      delta: { message: { tool_calls: { id: 'c', function: { name: 'f', arguments: text } } } },
    },
    { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } },
  ],
  bedrock: (text) => [
    { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'c', name: 'f' } } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: text } } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'tool_use' } },
  ],
};
/** The same where arguments are an object: the stream's own JSON has them. */
const OBJECT_WIRES: Readonly<Partial<Record<WireApiName, (text: string) => readonly string[]>>> = {
  gemini: (text) => [
    `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":${text}}}]},"finishReason":"STOP"}]}`,
  ],
  ollama: (text) => [
    `{"message":{"tool_calls":[{"function":{"name":"f","arguments":${text}}}]},"done":true,"done_reason":"stop"}`,
  ],
};
const APIS = [...Object.keys(TEXT_WIRES), ...Object.keys(OBJECT_WIRES)] as WireApiName[];

function read(api: WireApiName, text: string, tools: readonly ToolDefinition[] = [ANY]): ModelResponse {
  return readEvents({ api, dialect: '' }, (TEXT_WIRES[api] ?? OBJECT_WIRES[api])?.(text) ?? [], { tools });
}

describe.each(APIS)('%s: arguments', (api) => {
  it('with a whole number whose digits get lost are not executed, and the reason says what to do', () => {
    for (const number of ['9007199254740993', '-9007199254740993', '123456789012345678901']) {
      const { toolCalls, rejectedCalls } = read(api, `{"id":${number}}`);
      expect(toolCalls).toEqual([]);
      expect(rejectedCalls).toMatchObject([
        { code: 'malformed_arguments', reason: expect.stringContaining('a string') },
      ]);
    }
  });

  it('with the largest whole number, a fraction, and digits in a string are what was written', () => {
    for (const text of [
      '{"id":9007199254740991}',
      '{"id":0.1234567890123456}',
      '{"id":"9007199254740993"}',
      '{"id":1e+25}',
    ])
      expect(read(api, text).toolCalls.map((call) => call.arguments)).toEqual([JSON.parse(text)]);
  });

  it('with __proto__, constructor and NUL keep them as members, and change no prototype', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"text":"a\\u0000b"}';
    const [call] = read(api, text).toolCalls;
    expect(JSON.stringify(call?.arguments)).toBe(text);
    expect(Object.hasOwn(call?.arguments ?? {}, '__proto__')).toBe(true);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe.each(Object.keys(TEXT_WIRES) as WireApiName[])('%s: arguments as text', (api) => {
  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":1}'],
    ['a key twice within', '{"a":[{"b":{"c":1,"d":2,"c":3}}]}'],
  ])('with %s are not executed', (_what, text) => {
    const { toolCalls, rejectedCalls } = read(api, text);
    expect(toolCalls).toEqual([]);
    expect(rejectedCalls).toMatchObject([{ code: 'malformed_arguments', reason: expect.stringContaining('twice') }]);
  });

  it.each([
    ['a number beyond all numbers', '{"a":1e400}'],
    ['more levels than anybody means', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a string that does not end', '{"a":"b'],
    ['something behind the object', '{"a":1}{"a":2}'],
    ['NaN', '{"a":NaN}'],
  ])('with %s are not executed', (_what, text) => {
    const { toolCalls, rejectedCalls } = read(api, text);
    expect(toolCalls).toEqual([]);
    expect(rejectedCalls).toMatchObject([{ code: 'malformed_arguments', raw: text.slice(0, 2_000) }]);
  });
});

describe('the same in a text', () => {
  const calls = (text: string): unknown[] => readDialect([text], { dialect: 'auto', tools: [ANY] }).calls;

  it.each([
    ['a key twice', '<tool_call>{"name": "f", "arguments": {"a": 1, "a": 2}}</tool_call>'],
    ['arguments twice', '<tool_call>{"name": "f", "arguments": {"a": 1}, "arguments": {"a": 2}}</tool_call>'],
    ['a key twice and a bare line break', '<tool_call>{"name": "f", "arguments": {"a": "x\ny", "a": 2}}</tool_call>'],
    [
      'a parameter twice',
      '<tool_call><function=f><parameter=a>1</parameter><parameter=a>2</parameter></function></tool_call>',
    ],
    ['a key of a dict twice', "<|python_start|>[f(a={'b': 1, 'b': 2})]<|python_end|>"],
    ['a number whose digits get lost', '<tool_call>{"name": "f", "arguments": {"a": 9007199254740993}}</tool_call>'],
    ['the same in tags', '<tool_call><function=f><parameter=a>9007199254740993</parameter></function></tool_call>'],
    ['a number beyond all numbers', '<tool_call>{"name": "f", "arguments": {"a": 1e400}}</tool_call>'],
  ])('%s is not executed', (what, text) => {
    const found = calls(text);
    // Without a schema, what stands in tags is text, digit by digit.
    if (what === 'the same in tags') expect(JSON.stringify(found)).toMatch(/^\[\]$|"9007199254740993"/u);
    else expect(found).toEqual([]);
  });

  it('a key that is no repetition is taken', () => {
    expect(
      calls('<tool_call>{"name": "f", "arguments": {"a": {"a": {"b": "a"}}, "b": ["a", "a"]}}</tool_call>'),
    ).toHaveLength(1);
  });
});

describe('the search for a key that stands twice', () => {
  it('finds it wherever it is, and nothing else', () => {
    for (const text of ['{"a":1,"a":1}', '[{"a":{"b":1,"c":[],"b":2}}]', '{"\\"":1,"\\"":2}', '{"":0,"":0}'])
      expect(repeatedKey(text)).toBeDefined();
    for (const text of [
      '{"a":"a","b":"a"}',
      '[{"a":1},{"a":1}]',
      '{"a":{"a":["a","a"]}}',
      '{"\\\\":1,"\\"":2}',
      '"a"',
      '{}',
    ])
      expect(repeatedKey(text)).toBeUndefined();
  });

  it('takes megabytes in one walk', () => {
    const text = JSON.stringify(
      Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, '\\"'.repeat(20)])),
    );
    expect(repeatedKey(text)).toBeUndefined();
    expect(repeatedKey(`{"a":"${'\\\\'.repeat(1_000_000)}","a":1}`)).toBe('a');
  });
});

describe('tools', () => {
  it('by the thousands: the reason of an unknown one names a hundred', () => {
    const tools = Array.from({ length: 5_000 }, (_, index): ToolDefinition => ({ ...ANY, name: `tool_${index}` }));
    const { rejectedCalls } = read('openai-chat', '{}', tools);
    expect(rejectedCalls).toMatchObject([{ code: 'unknown_tool', reason: expect.stringContaining('and 4900 more') }]);
    expect(rejectedCalls[0]?.reason.length).toBeLessThan(2_000);
  });

  const cyclic: JsonObject = { type: 'object' };
  cyclic['properties'] = { again: cyclic };
  it.each<[string, JsonObject, RegExp]>([
    ['that contains itself', cyclic, /circular/i],
    [
      'with a reference to another document',
      { properties: { a: { $ref: 'https://example.org/schema.json' } } },
      /example\.org/,
    ],
    ['that is larger than any tool is worth', { description: 'x'.repeat(300_000) }, /larger than 262144/],
  ])('a schema %s cannot be used, and says why', (_what, schema, why) => {
    expect(validateArguments(schema, {})).toMatchObject({
      ok: false,
      code: 'invalid_schema',
      reason: expect.stringMatching(why),
    });
  });

  it('a schema of 10,000 properties, and one that refers to itself, are used', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`p${index}`, { type: 'null' }]),
    );
    expect(validateArguments({ type: 'object', properties }, { p9999: 1 })).toMatchObject({
      code: 'invalid_arguments',
    });
    const tree: JsonObject = { type: 'object', properties: { child: { $ref: '#' } }, additionalProperties: false };
    expect(validateArguments(tree, { child: { child: {} } })).toEqual({ ok: true });
    expect(validateArguments(tree, { child: { child: { x: 1 } } })).toMatchObject({ code: 'invalid_arguments' });
  });
});
