import type { Case } from '../peers-b.fixture.js';
import { paris, nothing, cut } from './shared.fixture.js';

const q = '<|"|>';
const gemma = (args: string, name = 'set_values'): string => `<|tool_call>call:${name}{${args}}<tool_call|>`;
const values = (args: object): object => ({ calls: [['set_values', args]] });

/** Gemma 4's and FunctionGemma's braces. */
export const GEMMA: readonly Case[] = [
  ['gemma-4', 'a comma within text', gemma(`value:${q}Paris, France${q}`), values({ value: 'Paris, France' })],
  [
    'gemma-4',
    'numbers, words and nothing',
    gemma('left:42,right:3.14,value:null,nested:{a:true,b:false,c:null}'),
    values({ left: 42, right: 3.14, value: null, nested: { a: true, b: false, c: null } }),
  ],
  ['gemma-4', 'a number that ends with its point', gemma('left:108.,right:22.8'), values({ left: 108, right: 22.8 })],
  [
    'gemma-4',
    'a key that is quoted',
    gemma(`map:{inner:{${q}3${q}:${q}new text${q}}}`),
    values({ map: { inner: { 3: 'new text' } } }),
  ],
  [
    'gemma-4',
    'keys with spaces',
    gemma(`map:{Basic LLM Chain:{main:[{node:${q}Ollama${q}}]}, 节点 名称:{main:[]}}`),
    values({ map: { 'Basic LLM Chain': { main: [{ node: 'Ollama' }] }, '节点 名称': { main: [] } } }),
  ],
  [
    'gemma-4',
    'a bracket within text within a list',
    gemma(`value:[[${q}a]b${q},${q}c${q}],${q}tail${q}]`),
    values({ value: [['a]b', 'c'], 'tail'] }),
  ],
  [
    'gemma-4',
    'quotes within text',
    gemma(`value:${q}say "hello", then "goodbye"${q}`),
    values({ value: 'say "hello", then "goodbye"' }),
  ],
  [
    'gemma-4',
    'backslashes within text are text',
    gemma(String.raw`value:${q}C:\users\bob \"x\" \u2603 \x${q}`),
    values({ value: String.raw`C:\users\bob \"x\" \u2603 \x` }),
  ],
  ['gemma-4', 'marks of the notation within text', gemma(`value:${q}a,b:{c}[d]${q}`), values({ value: 'a,b:{c}[d]' })],
  [
    'gemma-4',
    'lines within text',
    gemma(`command:${q}date\n${q}`, 'bash'),
    { calls: [['bash', { command: 'date\n' }]] },
  ],
  [
    'gemma-4',
    "JSON's strings beside its own",
    gemma(String.raw`value:"raw \"quoted\"",nested:{title:${q}t "1"${q},"a b":"keep , oldText: literal"}`),
    values({ value: 'raw "quoted"', nested: { title: 't "1"', 'a b': 'keep , oldText: literal' } }),
  ],
  [
    'gemma-4',
    'lines between objects',
    gemma(
      `edits:[\n  {newText:${q}# A\n${q},\n   oldText:${q}B${q}},\n  { newText:${q}${q}, oldText:${q}C${q}} ]`,
      'edit',
    ),
    {
      calls: [
        [
          'edit',
          {
            edits: [
              { newText: '# A\n', oldText: 'B' },
              { newText: '', oldText: 'C' },
            ],
          },
        ],
      ],
    },
  ],
  [
    'gemma-4',
    'a name with a hyphen',
    gemma(`location:${q}Paris${q}`, 'get-weather'),
    { calls: [['get-weather', { location: 'Paris' }]] },
  ],
  [
    'gemma-4',
    'text that looks like something else',
    gemma(`value:[${q}1${q},${q}true${q},${q}null${q}]`),
    values({ value: ['1', 'true', 'null'] }),
  ],
  ['gemma-4', "an escape that JSON's strings do not have", gemma(String.raw`value:"C:\users\bob"`), nothing],
  ['gemma-4', 'no arguments', gemma('', 'refresh'), { calls: [['refresh', {}]] }],
  [
    'gemma-4',
    'text before',
    `Let me check. ${gemma(`location:${q}Paris${q}`, 'get_weather')}`,
    { calls: [paris], content: 'Let me check.' },
  ],
  [
    'gemma-4',
    'several',
    gemma(`location:${q}Paris${q}`, 'get_weather') + gemma('', 'refresh'),
    { calls: [paris, ['refresh', {}]] },
  ],
  [
    'gemma-4',
    'the end of the turn in place of the closing mark',
    `<|tool_call>call:get_weather{location:${q}Paris${q}}<turn|>`,
    { calls: [paris] },
  ],
  ['gemma-4', 'without the closing mark', `<|tool_call>call:get_weather{location:${q}Paris${q}}`, { calls: [paris] }],
  [
    'gemma-4',
    'the closing mark twice, and text',
    `${gemma(`location:${q}Paris${q}`, 'get_weather')}<tool_call|>Done.`,
    { calls: [paris], content: 'Done.' },
  ],
  [
    'gemma-4',
    'the mark of a result behind',
    `${gemma(`location:${q}Paris${q}`, 'get_weather')}<|tool_response>Done.`,
    { calls: [paris], content: 'Done.' },
  ],
  [
    'gemma-4',
    'a colon before the call',
    `<|tool_call>:call:bash{command:${q}pytest${q}}`,
    { calls: [['bash', { command: 'pytest' }]] },
  ],
  [
    'gemma-4',
    'the opening mark was left out',
    `<|channel>thought\nI read it.\n<channel|>call:bash{command:${q}cat a.c${q}}`,
    { calls: [['bash', { command: 'cat a.c' }]], reasoning: 'I read it.' },
  ],
  [
    'gemma-4',
    'the opening mark was left out, behind a line',
    `some prose\ncall:bash{command:${q}make -j8${q}}`,
    { calls: [['bash', { command: 'make -j8' }]], content: 'some prose' },
  ],
  ['gemma-4', 'a call that begins a line and names no tool is text', 'call:me{maybe}', { content: 'call:me{maybe}' }],
  // vLLM takes it for a call: nothing documents this tag.
  [
    'gemma-4',
    'another tag',
    `<call>get_weather{location:${q}Paris${q}}`,
    { content: '<call>get_weather{location:Paris}' },
  ],
  // vLLM executes it with an empty text, Ollama with the text up to the bracket.
  ['gemma-4', 'a value that is missing', gemma('value:'), nothing],
  ['gemma-4', 'a quote that is missing', `<|tool_call>call:bash{command:${q}ls}<tool_call|>`, cut],
  ['gemma-4', 'a bracket that is missing', `<|tool_call>call:bash{command:${q}ls${q}<tool_call|>`, nothing],
  // Ollama takes single quotes for its own: what is within them may hold more of them.
  ['gemma-4', 'single quotes', gemma("value:'abc'"), nothing],
  ['gemma-4', 'cut off', `<|tool_call>call:get_weather{location:${q}London`, cut],
  ['gemma-4', 'the mark alone', '<|tool_call>', {}],
  [
    'functiongemma',
    'two arguments',
    '<start_function_call>call:get_weather{city:<escape>San Francisco<escape>,unit:<escape>celsius<escape>}<end_function_call>',
    { calls: [['get_weather', { city: 'San Francisco', unit: 'celsius' }]] },
  ],
  [
    'functiongemma',
    'text before, between and behind',
    'Let me check. <start_function_call>call:refresh{}<end_function_call>Some text<start_function_call>call:refresh{}<end_function_call>Done!',
    {
      calls: [
        ['refresh', {}],
        ['refresh', {}],
      ],
      content: 'Let me check. Some textDone!',
    },
  ],
  [
    'functiongemma',
    'several',
    '<start_function_call>call:get_weather{location:<escape>Paris<escape>}<end_function_call><start_function_call>call:get_time{timezone:<escape>UTC<escape>}<end_function_call>',
    { calls: [paris, ['get_time', { timezone: 'UTC' }]] },
  ],
  [
    'functiongemma',
    'lists, objects, numbers and words',
    '<start_function_call>call:set_values{value:[<escape>a<escape>,<escape>b<escape>],nested:{settings:{enabled:true,name:<escape>日本語<escape>}},left:3.14}<end_function_call>',
    values({ value: ['a', 'b'], nested: { settings: { enabled: true, name: '日本語' } }, left: 3.14 }),
  ],
  [
    'functiongemma',
    'lines within text',
    '<start_function_call>call:bash{command:<escape>first\r\nsecond<escape>}<end_function_call>',
    { calls: [['bash', { command: 'first\r\nsecond' }]] },
  ],
  // vLLM makes a number of every text that looks like one: the schema says that this is none.
  [
    'functiongemma',
    'a text that looks like a number',
    '<start_function_call>call:get_weather{city:<escape>42<escape>}<end_function_call>',
    { calls: [['get_weather', { city: '42' }]] },
  ],
  // vLLM reads on: where a comma is missing, more may be.
  [
    'functiongemma',
    'a comma that is missing',
    '<start_function_call>call:get_weather{city:<escape>NYC<escape>unit:<escape>celsius<escape>}<end_function_call>',
    nothing,
  ],
  [
    'functiongemma',
    'tags that are none of its own',
    'The result is a <value> tag, or <start world',
    { content: 'The result is a <value> tag, or <start world' },
  ],
];
