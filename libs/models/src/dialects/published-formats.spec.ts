import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { readText } from './reading.fixture.js';

const TOOLS: Record<string, JsonObject> = {
  f: {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'string' }, o: { type: 'object' }, l: { type: 'array' } },
  },
  g: { type: 'object', properties: { b: { type: 'string' } } },
};
const f = (args: object = { a: 1 }): object => ({ name: 'f', arguments: args });
const g = (args: object = { b: 'x' }): object => ({ name: 'g', arguments: args });

/** As the models' own templates, and the tests of their servers, write it. */
const PUBLISHED: readonly (readonly [dialect: string, text: string, calls: readonly object[]])[] = [
  ['hermes', '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>', [f()]],
  [
    'hermes',
    '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call><tool_call>{"name": "g", "arguments": {"b": "x"}}</tool_call>',
    [f(), g()],
  ],
  [
    'hermes',
    '<tool_call>\n{"arguments": {"b": "</tool_call>"}, "name": "g"}\n</tool_call>',
    [g({ b: '</tool_call>' })],
  ],
  ['hermes', '<tool_call>\n{"name": "f", "arguments": {"a": 1}}', [f()]],
  [
    'granite-4',
    '<tool_call>\n{"name": "f", "arguments": "{\\"a\\": 1}"}\n</tool_call>',
    [{ name: 'f', arguments: '{"a": 1}' }],
  ],
  [
    'qwen3-coder',
    '<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\ntwo\nlines\n</parameter>\n</function>\n</tool_call>',
    [f({ a: 1, b: 'two\nlines' })],
  ],
  [
    'qwen3-coder',
    '<tool_call>\n<function=f>\n<parameter=a>\n1\n<parameter=b>\nx\n</function>\n</tool_call>',
    [f({ a: 1, b: 'x' })],
  ],
  ['qwen3-coder', '<function=f>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>', [f()]],
  ['qwen3-coder', '<tool_call>\n<function=f\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>', [f()]],
  ['qwen3-coder', '<tool_call>\n<function=f>\n</function>\n</tool_call>', [f({})]],
  [
    'qwen3-coder',
    "<tool_call>\n<function=f>\n<parameter=o>\n{'k': True}\n</parameter>\n</function>\n</tool_call>",
    [f({ o: { k: true } })],
  ],
  ['seed-oss', '<seed:tool_call>\n<function=f>\n<parameter=a>1</parameter>\n</function>\n</seed:tool_call>', [f()]],
  ['glm-4.5', '<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>', [f()]],
  [
    'glm-4.7',
    '<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value><arg_key>b</arg_key><arg_value> 5 </arg_value></tool_call>',
    [f({ a: 1, b: ' 5 ' })],
  ],
  ['glm-4.7', '<tool_call>f</tool_call>', [f({})]],
  ['glm-4.7', '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>', [f()]],
  ['glm-4.7', '<tool_call>f<arg_key>l</arg_key><arg_value>["a", "b"]</arg_value></tool_call>', [f({ l: ['a', 'b'] })]],
  ['hunyuan-a13b', '<tool_calls>[{"name": "f", "arguments": {"a": 1}}]</tool_calls>', [f()]],
  [
    'hy-v3',
    '<tool_calls>\n<tool_call>f<tool_sep>\n<arg_key>a</arg_key><arg_value>1</arg_value>\n</tool_call>\n</tool_calls>',
    [f()],
  ],
  [
    'deepseek-v3',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{"a": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    [f()],
  ],
  [
    'deepseek-v3.1',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{"a":1}<｜tool▁call▁end｜><｜tool▁call▁begin｜>g<｜tool▁sep｜>{"b":"x"}<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
    [f(), g()],
  ],
  [
    'deepseek-v3.2',
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="f">\n<｜DSML｜parameter name="a" string="false">1</｜DSML｜parameter>\n<｜DSML｜parameter name="b" string="true">5</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    [f({ a: 1, b: '5' })],
  ],
  [
    'deepseek-v4',
    '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="f">\n<｜DSML｜parameter name="a" string="false">1</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
    [f()],
  ],
  [
    'kimi-k2',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|><|tool_calls_section_end|>',
    [{ name: 'functions.f:0', arguments: { a: 1 } }],
  ],
  [
    'kimi-k3',
    '<|open|>think<|sep|>hm<|close|>think<|sep|><|open|>tools<|sep|><|open|>call tool="f" index="1"<|sep|><|open|>argument key="a" type="number"<|sep|>1<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>',
    [f()],
  ],
  [
    'kimi-k3',
    '<|open|>tools<|sep|><|open|>call tool="g" index="1"<|sep|><|open|>json type="object"<|sep|>{"b": "x"}<|close|>json<|sep|><|close|>call<|sep|><|close|>tools<|sep|><|close|>message<|sep|>',
    [g()],
  ],
  [
    'minimax-m2',
    '<minimax:tool_call>\n<invoke name="f">\n<parameter name="a">1</parameter>\n</invoke>\n<invoke name="g">\n<parameter name="b">x</parameter>\n</invoke>\n</minimax:tool_call>',
    [f(), g()],
  ],
  [
    'minimax-m3',
    ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="f">]<]minimax[>[<a>1]<]minimax[>[</a>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>',
    [f()],
  ],
  [
    'minimax-m3',
    ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="f">]<]minimax[>[<a>1</a>]<]minimax[>[<o>]<]minimax[>[<k>v</k>]<]minimax[>[</o>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>',
    [f({ a: 1, o: { k: 'v' } })],
  ],
  ['mistral', '[TOOL_CALLS][{"name": "f", "arguments": {"a": 1}, "id": "123456789"}]', [f()]],
  ['mistral-v11', '[TOOL_CALLS]f[CALL_ID]123456789[ARGS]{"a": 1}[TOOL_CALLS]g[ARGS]{"b": "x"}', [f(), g()]],
  ['mistral-v11', '[TOOL_CALLS]f{"a": 1}', [f()]],
  ['llama-3', '{"name": "f", "parameters": {"a": 1}}; {"name": "g", "parameters": {"b": "x"}}', [f(), g()]],
  ['llama-3', '<|python_tag|>{"name": "f", "parameters": {"a": 1}}<|eom_id|>', [f()]],
  ['llama-3', '{"type": "function", "name": "f", "parameters": {"a": 1}}', [f()]],
  ['llama-4', '[f(a=1), g(b="x")]', [f(), g()]],
  ['llama-4', '<|python_start|>{"name": "f", "parameters": {"a": 1}}<|python_end|>', [f()]],
  ['llama-4', '<|python_start|>[f(a=1)]<|python_end|><|eot|>', [f()]],
  ['llama-4', '{"name": "f", "parameters": {"a": 1}}', [f()]],
  ['llama-4', '<function=f>{"a": 1}</function>', [f()]],
  ['pythonic', "[f(a=1), g(b='x')]", [f(), g()]],
  [
    'pythonic',
    "[f(a=1, b='[it\\'s] (1)', o={'k': [1, None, True]}, l=[])]",
    [f({ a: 1, b: "[it's] (1)", o: { k: [1, null, true] }, l: [] })],
  ],
  ['lfm2', '<|tool_call_start|>[f(a=1)]<|tool_call_end|>', [f()]],
  ['olmo-3', '<function_calls>f(a=1)\ng(b="x")</function_calls>', [f(), g()]],
  [
    'gemma-4',
    '<|tool_call>call:f{a:1,b:<|"|>x, {y}<|"|>,l:[<|"|>z<|"|>,2]}<tool_call|>',
    [f({ a: 1, b: 'x, {y}', l: ['z', 2] })],
  ],
  ['functiongemma', '<start_function_call>call:g{b:<escape>x<escape>}<end_function_call>', [g()]],
  [
    'harmony',
    '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": 1}<|call|>',
    [f()],
  ],
  ['harmony', ' to=functions.f<|channel|>commentary <|constrain|>json<|message|>{"a": 1}', [f()]],
  ['harmony', '<|channel|>analysis to=functions.f code<|message|>{"a": 1}<|call|>', [f()]],
  ['granite-3', '<|tool_call|> [{"name": "f", "arguments": {"a": 1}}]', [f()]],
  ['granite-3', '<function_call> {"name": "f", "arguments": {"a": 1}}', [f()]],
  ['phi-4', 'functools[{"name": "f", "arguments": {"a": 1}}]', [f()]],
  [
    'firefunction',
    ' functools[{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {"b": "x"}}]',
    [f(), g()],
  ],
  [
    'command-r7b',
    '<|START_THINKING|>hm<|END_THINKING|><|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "f", "parameters": {"a": 1}}\n]<|END_ACTION|>',
    [f()],
  ],
  ['command-r-plus', 'Action:\n```json\n[{"tool_name": "f", "parameters": {"a": 1}}]\n```', [f()]],
  [
    'step-3',
    '<｜tool_calls_begin｜><｜tool_call_begin｜><steptml:invoke name="f"><steptml:parameter name="a">1</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
    [f()],
  ],
  [
    'step-3',
    '<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="f"><steptml:parameter name="a">1</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
    [f()],
  ],
  ['step-3.5', '<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>', [f()]],
  ['apertus', '<|tools_prefix|>[{"f": {"a": 1}}, {"g": {"b": "x"}}]<|tools_suffix|>', [f(), g()]],
  ['gigachat-3', '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "f", "arguments": {"a": 1}}', [f()]],
  ['gigachat-3.1', '<|function_call|>{"name": "f", "arguments": {"a": 1}}', [f()]],
  ['internlm-2', '<|action_start|><|plugin|>{"name": "f", "parameters": {"a": 1}}<|action_end|>', [f()]],
  ['internlm-2', '<|action_start|> <|plugin|>\n{"name": "f", "parameters": {"a": 1}}<|action_end|><|im_end|>', [f()]],
  ['nemotron-nano-2', '<TOOLCALL>[{"name": "f", "arguments": {"a": 1}}]</TOOLCALL>', [f()]],
  ['minicpm-5', '<function name="f"><param name="a">1</param></function>', [f()]],
  ['longcat', '<longcat_tool_call>{"name": "f", "arguments": {"a": 1}}</longcat_tool_call>', [f()]],
  ['ernie-4.5', '<think>hm</think>\n\n<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>\n', [f()]],
  ['functionary-3.1', '<function=f>{"a": 1}</function>', [f()]],
  ['functionary-3.2', 'f\n{"a": 1}', [f()]],
  ['functionary-3.2', '>>>f\n{"a": 1}\n>>>g\n{"b": "x"}', [f(), g()]],
  ['inkling', '<|message_model|><|content_invoke_tool_json|>{"name":"f","args":{"a": 1}}<|end_message|>', [f()]],
  ['xlam', '[{"name": "f", "arguments": {"a": 1}}]', [f()]],
  ['xlam', '```json\n[{"name": "f", "arguments": {"a": 1}}]\n```', [f()]],
  ['xlam', '[TOOL_CALLS][{"name": "f", "arguments": {"a": 1}}]', [f()]],
  ['xlam', '<think>hm</think>[{"name": "f", "arguments": {"a": 1}}]', [f()]],
];

describe.each(PUBLISHED)('%s: %s', (dialect, text, calls) => {
  it('is read as its calls and nothing else', () => {
    const read = readText(dialect, text, { tools: TOOLS });
    expect({ calls: read.calls, content: read.content, rejected: read.rejected }).toEqual({
      calls,
      content: '',
      rejected: [],
    });
  });

  it('is read the same however it is cut', () => {
    const whole = readText(dialect, text, { tools: TOOLS });
    for (let at = 1; at < text.length; at++)
      expect(readText(dialect, [text.slice(0, at), text.slice(at)], { tools: TOOLS })).toEqual(whole);
    expect(readText(dialect, [...text], { tools: TOOLS })).toEqual(whole);
  });

  it('is found out by `auto`', () => {
    // What these write says by itself neither that it is a call nor which.
    const isItsOwn = dialect === 'minicpm-5' || dialect === 'functionary-3.2' || text.startsWith('```json');
    const read = readText('auto', text, { tools: TOOLS });
    expect({ calls: read.calls, content: read.content }).toEqual(
      isItsOwn
        ? { calls: text.startsWith('>>>') ? expect.any(Array) : [], content: expect.any(String) }
        : { calls, content: '' },
    );
  });
});
