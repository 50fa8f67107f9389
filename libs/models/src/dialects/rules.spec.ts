import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { type ReadText, readText } from './reading.fixture.js';

const TOOLS: Record<string, JsonObject> = {
  f: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } },
};
const CALL = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>';
const CALLS = [{ name: 'f', arguments: { a: 1 } }];

function read(dialect: string, text: string, thinking = false): ReadText {
  const whole = readText(dialect, text, { tools: TOOLS, thinking });
  expect(readText(dialect, [...text], { tools: TOOLS, thinking })).toEqual(whole);
  return whole;
}

describe('text and calls', () => {
  it('text before and after a call is kept, the space between belongs to the markup', () => {
    expect(read('hermes', `I look.\n\n${CALL}\n\nDone.`)).toMatchObject({
      content: 'I look.\n\n\n\nDone.',
      calls: CALLS,
    });
    expect(read('hermes', `I look.\n${CALL}\n`)).toMatchObject({ content: 'I look.', calls: CALLS });
  });

  it('an answer without markup comes out as it went in', () => {
    for (const text of [
      '  Hello,\n  world!  \n',
      'a < b && c[0] > d',
      'tag <tool',
      '```js\nlet a = [f(1)];\n```\n',
      '{"answer": 42}',
    ])
      for (const dialect of [
        'hermes',
        'auto',
        'llama-3',
        'llama-4',
        'mistral',
        'glm-4.7',
        'harmony',
        'functionary-3.2',
      ])
        expect(read(dialect, text)).toEqual({ content: text, reasoning: '', calls: [], rejected: [], repairs: [] });
  });

  it('marks that carry nothing are dropped', () => {
    expect(read('hermes', 'Hi<|im_end|>').content).toBe('Hi');
    expect(read('llama-3', 'Hi<|eot_id|>').content).toBe('Hi');
    expect(read('auto', 'Hi<|eot_id|>').content).toBe('Hi');
  });
});

describe('prose that quotes markup is never taken for a call', () => {
  it.each([
    ['inline code', `Write \`<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>\` to call.`],
    ['a code fence', `Like this:\n\`\`\`\n${CALL}\n\`\`\`\nIs it clear?`],
    ['a fence within a list', `1. First\n   \`\`\`xml\n   ${CALL}\n   \`\`\`\n2. Second`],
    ['a mention', 'The <tool_call> marker opens a call, and </tool_call> closes it.'],
    ['a mention at the end', 'The marker is <tool_call> itself'],
    ['JSON that is an answer', '{"name": "Bob", "age": 5}'],
    ['a list that is an answer', '[1, 2, 3] is a list, [f] too'],
  ])('%s', (_, text) => {
    for (const dialect of ['hermes', 'qwen3-coder', 'auto', 'llama-3', 'xlam']) {
      const result = read(dialect, text);
      expect({ dialect, ...result }).toEqual({
        dialect,
        content: text,
        reasoning: '',
        calls: [],
        rejected: [],
        repairs: [],
      });
    }
  });

  it('a backtick that nothing closes hides no call of a later line', () => {
    expect(read('hermes', `The \` key.\n${CALL}`).calls).toEqual(CALLS);
  });
});

describe('a call that is not whole is never executed', () => {
  it.each([
    ['hermes', '<tool_call>\n{"name": "f", "arguments": {"b": "Par'],
    ['hermes', '<tool_call>\n{"name": "f", "arguments": {"b": "Paris"}\n</tool_call>'],
    ['hermes', '<tool_call>\n{"name": "f", "argu'],
    ['qwen3-coder', '<tool_call>\n<function=f>\n<parameter=b>\nPar'],
    ['qwen3-coder', '<tool_call>\n<function=f>\n<parameter=b>\nParis\n</parameter>\n'],
    ['glm-4.7', '<tool_call>f<arg_key>b</arg_key><arg_value>Par'],
    ['glm-4.7', '<tool_call>f<arg_key>b</arg_key><arg_value>Paris</arg_value>'],
    ['glm-4.7', '<tool_call>get_wea'],
    ['glm-4.7', '<tool_call>fb</arg_key><arg_value>x</arg_value></tool_call>'],
    ['deepseek-v3.1', '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{"b":"Par'],
    ['kimi-k2', '<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"b": "'],
    ['minimax-m2', '<minimax:tool_call>\n<invoke name="f">\n<parameter name="b">Par'],
    ['minimax-m3', ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="f">]<]minimax[>[<b>Par'],
    ['mistral-v11', '[TOOL_CALLS]f[ARGS]{"b": "Par'],
    ['mistral', '[TOOL_CALLS][{"name": "f", "arguments": {"b": "Par'],
    ['llama-4', '<|python_start|>[f(b="Par'],
    ['llama-4', '[f(b="Par'],
    ['llama-3', '{"name": "f", "parameters": {"b": "Par'],
    ['gemma-4', '<|tool_call>call:f{b:<|"|>Par'],
    ['harmony', '<|channel|>commentary to=functions.f<|message|>{"b": "Par'],
    ['olmo-3', '<function_calls>f(b="Par'],
  ])('%s: %j', (dialect, text) => {
    const result = read(dialect, text);
    expect(result.calls).toEqual([]);
    expect(result.rejected).toHaveLength(1);
    expect(result.content).toBe('');
    expect(read('auto', text)).toMatchObject({ calls: [], content: '' });
  });

  it('calls before it stand', () => {
    const result = read('hermes', `${CALL}\n<tool_call>\n{"name": "f", "arguments": {"b": "Par`);
    expect(result).toMatchObject({ calls: CALLS, rejected: [{ code: 'truncated' }] });
  });

  it('what follows a broken call is read on', () => {
    const result = read('hermes', `<tool_call>\n{"name": "f", oops}\n</tool_call>\n${CALL}`);
    expect(result).toMatchObject({ calls: CALLS, rejected: [{ code: 'malformed_call' }] });
  });

  it('a backslash before a bare line break has no certain meaning', () => {
    const text = '<tool_call>{"name": "f", "arguments": {"b": "x\\\ny"}}</tool_call>';
    expect(read('hermes', text)).toMatchObject({ calls: [], rejected: [{ code: 'malformed_call' }] });
  });

  it('positional arguments are not guessed', () => {
    expect(read('lfm2', '<|tool_call_start|>[f(1)]<|tool_call_end|>')).toMatchObject({ calls: [], rejected: [{}] });
  });

  it('a value that quotes the end of its call makes all calls doubtful, and a mention of the tag in code none', () => {
    const call = '<tool_call>\n<function=f>\n<parameter=b>\nx\n</parameter>\n</function>\n</tool_call>\n';
    expect(read('qwen3-coder', `${call}${call}Hm.\n</parameter>\n</function>\n</tool_call>`)).toMatchObject({
      calls: [],
      rejected: [{ code: 'malformed_call' }, { code: 'malformed_call' }],
    });
    expect(read('qwen3-coder', `${call}It ends with \`</parameter>\`.`).calls).toHaveLength(1);
    expect(read('qwen3-coder', 'It ends with </parameter> there.').content).toBe('It ends with </parameter> there.');
  });

  it('a call that is begun again before it ended is one', () => {
    const begun = '<tool_call>{"name": "f", "arguments": {"a": 1}}\n';
    expect(read('hermes', `${begun}${CALL}`)).toMatchObject({ calls: CALLS, repairs: ['call_repeated'] });
    expect(read('hermes', `${begun}Again: ${CALL}`).calls).toHaveLength(2);
    expect(read('hermes', `${CALL}${CALL}`).calls).toHaveLength(2);
  });

  it('a parameter that is given twice is not chosen from', () => {
    const text =
      '<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n<parameter=a>\n2\n</parameter>\n</function>\n</tool_call>';
    expect(read('qwen3-coder', text)).toMatchObject({ calls: [], rejected: [{ code: 'malformed_call' }] });
  });
});

describe('reasoning', () => {
  it('stands between its marks', () => {
    expect(read('hermes', '<think>\nHm.\n</think>\n\nHello.')).toMatchObject({ reasoning: 'Hm.', content: 'Hello.' });
    expect(read('mistral', '[THINK]Hm.[/THINK]Hello.')).toMatchObject({ reasoning: 'Hm.', content: 'Hello.' });
    expect(read('gemma-4', '<|channel>thought\nHm.\n<channel|>Hello.')).toMatchObject({
      reasoning: 'Hm.',
      content: 'Hello.',
    });
    expect(
      read(
        'harmony',
        '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>',
      ),
    ).toMatchObject({ reasoning: 'Hm.', content: 'Hello.' });
    expect(read('granite-3', 'Here is my thought process: Hm. Here is my response: Hello.')).toMatchObject({
      reasoning: 'Hm.',
      content: 'Hello.',
    });
  });

  it('may have begun in the prompt', () => {
    expect(read('glm-4.7', 'Hm.</think>Hello.', true)).toMatchObject({
      reasoning: 'Hm.',
      content: 'Hello.',
      repairs: [],
    });
    expect(read('glm-4.7', '<think>Hm.</think>Hello.', true)).toMatchObject({ reasoning: 'Hm.', content: 'Hello.' });
    expect(read('auto', 'Hm.[/THINK]Hello.', true)).toMatchObject({ reasoning: 'Hm.', content: 'Hello.' });
    expect(read('hermes', 'Hm. Nothing else', true)).toMatchObject({ reasoning: 'Hm. Nothing else', content: '' });
  });

  it('that ends without having begun is told apart when it ends', () => {
    expect(read('auto', `Hm.\n</think>\n${CALL}`)).toMatchObject({
      reasoning: 'Hm.',
      content: '',
      calls: CALLS,
      repairs: ['reasoning_unopened'],
    });
  });

  it('ends within a fence that nothing ends, and not within one that ends later', () => {
    expect(read('hermes', 'Hm.\n```\nx\n</think>Yes.', true)).toMatchObject({ content: 'Yes.' });
    expect(read('hermes', 'Hm.\n```\n</think>x\n```\nSo.</think>Yes.', true)).toMatchObject({
      reasoning: 'Hm.\n```\n</think>x\n```\nSo.',
      content: 'Yes.',
    });
  });

  it('a call within it is a thought, unless the reasoning does not end', () => {
    expect(read('hermes', `<think>Perhaps ${CALL} then?</think>No.`)).toMatchObject({
      calls: [],
      content: 'No.',
      reasoning: `Perhaps ${CALL} then?`,
    });
    expect(read('hermes', `<think>I call.\n${CALL}`)).toMatchObject({
      calls: CALLS,
      reasoning: 'I call.',
      repairs: ['reasoning_unclosed'],
    });
  });
});

describe('what is put right is told', () => {
  it.each([
    [
      'a bare line break in a string',
      'hermes',
      '<tool_call>{"name": "f", "arguments": {"b": "x\ny"}}</tool_call>',
      { b: 'x\ny' },
      'json_control_characters',
    ],
    [
      "Python's spelling",
      'hermes',
      "<tool_call>{'name': 'f', 'arguments': {'a': 1}}</tool_call>",
      { a: 1 },
      'python_literal',
    ],
    ['a missing end', 'hermes', '<tool_call>{"name": "f", "arguments": {"a": 1}}', { a: 1 }, 'marker_missing'],
  ])('%s', (_, dialect, text, args, repair) => {
    expect(read(dialect, text)).toMatchObject({ calls: [{ name: 'f', arguments: args }], repairs: [repair] });
  });
});

describe('limits', () => {
  it('a call that does not end is given up, and the rest is not shown', () => {
    const endless = `<tool_call>{"name": "f", "arguments": {"b": "${'x'.repeat(9 * 1_048_576)}"}}</tool_call> after`;
    const result = readText('hermes', endless, { tools: TOOLS });
    expect(result).toMatchObject({ calls: [], content: 'after', rejected: [{ code: 'malformed_call' }] });
  });

  it('values that nest without end are refused', () => {
    const deep = `<tool_call>{"name": "f", "arguments": {"b": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}</tool_call>`;
    expect(readText('hermes', deep, { tools: TOOLS })).toMatchObject({ calls: [], rejected: [{}] });
    const python = `<|tool_call_start|>[f(a=${'['.repeat(100_000)}${']'.repeat(100_000)})]<|tool_call_end|>`;
    expect(readText('lfm2', python, { tools: TOOLS })).toMatchObject({ calls: [], rejected: [{}] });
  });

  it('seven megabytes with bare line breaks are put right, and none is lost', () => {
    const value = 'line \\" with a quote\n'.repeat(320_000);
    const text = `<tool_call>{"name": "f", "arguments": {"b": "${value}"}}</tool_call>`;
    const result = readText('hermes', text, { tools: TOOLS });
    expect(result.repairs).toEqual(['json_control_characters']);
    expect(result.calls[0]?.arguments).toEqual({ b: value.replaceAll('\\"', '"') });
  });

  it('a megabyte in small pieces takes time in proportion', () => {
    const piece = 'abcdefgh ';
    const pieces = [
      '<tool_call>{"name": "f", "arguments": {"b": "',
      ...Array.from({ length: 110_000 }, () => piece),
      '"}}</tool_call>',
    ];
    expect(readText('hermes', pieces, { tools: TOOLS }).calls).toHaveLength(1);
  });

  it('keys that name the prototype are only keys', () => {
    const text = '<tool_call>{"name": "f", "arguments": {"__proto__": {"polluted": true}}}</tool_call>';
    expect(JSON.stringify(readText('hermes', text, { tools: TOOLS }).calls[0]?.arguments)).toBe(
      '{"__proto__":{"polluted":true}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
