import type { Case } from '../peers-b.fixture.js';

const both = { reasoning: 'This is a reasoning section', content: 'This is the rest' };
const alone = { reasoning: 'This is a reasoning section' };
const lines = { reasoning: 'This\nThat', content: 'This is the rest\nThat' };
const bash = ['bash', { command: 'cat /etc/hosts' }] as const;
const BASH =
  '<tool_call>\n<function=bash>\n<parameter=command>\ncat /etc/hosts\n</parameter>\n</function>\n</tool_call>';
const kimi = (call: string): string => `<|tool_call_begin|>functions.${call}<|tool_call_end|>`;

/** The same for every pair of marks: DeepSeek R1, Magistral, Seed-OSS, Step 3. */
export const SAME_FOR_ALL_MARKS = (
  [
    ['deepseek-v3', '<think>', '</think>'],
    ['qwen3-coder', '<think>', '</think>'],
    ['mistral', '[THINK]', '[/THINK]'],
    ['seed-oss', '<seed:think>', '</seed:think>'],
    ['step-3', '<think>', '</think>'],
    ['gemma-4', '<|channel>thought\n', '<channel|>'],
    ['command-r7b', '<|START_THINKING|>', '<|END_THINKING|>'],
    ['apertus', '<|inner_prefix|>', '<|inner_suffix|>'],
  ] as const
).flatMap(([dialect, open, close]): Case[] => [
  [`${dialect} thinking`, 'an end without a beginning', `This is a reasoning section${close}This is the rest`, both],
  [`${dialect} thinking`, 'nothing behind', `This is a reasoning section${close}`, alone],
  [`${dialect} thinking`, 'no end: cut off while thinking', 'This is a reasoning section', alone],
  [`${dialect} thinking`, 'lines', `This\nThat${close}This is the rest\nThat`, lines],
  [`${dialect} thinking`, 'nothing thought', `${close}This is the rest`, { content: 'This is the rest' }],
  [
    `${dialect} thinking`,
    'the opening mark all the same',
    `${open}This is a reasoning section${close}This is the rest`,
    both,
  ],
  // vLLM keeps the line break where it streams, and drops it where it does not.
  [`${dialect} thinking`, 'a line break first', `\n${open}This is a reasoning section${close}\nThis is the rest`, both],
  [`${dialect} thinking`, 'nothing', '', {}],
  [dialect, 'both marks', `${open}This\nThat${close}This is the rest\nThat`, lines],
  [dialect, 'an end that nothing opened', `This is a reasoning section${close}This is the rest`, both],
  [dialect, 'a beginning without an end', `${open}This is a reasoning section`, alone],
  [dialect, 'no marks', 'This is the rest', { content: 'This is the rest' }],
]);

/** What only one family does. */
export const REASONING: readonly Case[] = [
  [
    'qwen3-coder thinking',
    'a call ends the reasoning that has no end',
    `I need to read the file.\n\n${BASH}`,
    { calls: [bash], reasoning: 'I need to read the file.' },
  ],
  [
    'qwen3-coder',
    'a call behind an open mark',
    `<think>I need to read the file.\n\n${BASH}`,
    { calls: [bash], reasoning: 'I need to read the file.' },
  ],
  [
    'qwen3-coder',
    'text and a call without reasoning',
    `I need to read the file.\n\n${BASH}`,
    { calls: [bash], content: 'I need to read the file.' },
  ],
  [
    'granite-3',
    'both sentences',
    'Here is my thought process:This is a reasoning sectionHere is my response:This is the rest',
    both,
  ],
  ['granite-3', 'nothing behind', 'Here is my thought process:This is a reasoning sectionHere is my response:', alone],
  ['granite-3', 'no reasoning', 'This is content', { content: 'This is content' }],
  [
    'granite-3',
    'a sentence that begins alike',
    'Here is my thought failure',
    { content: 'Here is my thought failure' },
  ],
  [
    'granite-3',
    'a sentence within that begins alike',
    'Here is my thought process: foo Here is Here was Here is my response: bar',
    { reasoning: 'foo Here is Here was', content: 'bar' },
  ],
  ['olmo-3', 'nothing between', '<think></think>No thoughts, head empty!', { content: 'No thoughts, head empty!' }],
  [
    'olmo-3',
    'a line between',
    '<think>\n</think>\n\nNo thoughts, head empty!',
    { content: 'No thoughts, head empty!' },
  ],
  [
    'olmo-3',
    'lines around',
    "<think>\nLook!\nI'm thinking...\n\n</think>\n\n\nThis is the rest",
    { reasoning: "Look!\nI'm thinking...", content: 'This is the rest' },
  ],
  ['olmo-3', 'an end alone', '</think>\n\nNo thoughts, head empty!', { content: 'No thoughts, head empty!' }],
  ['lfm2', 'an answer at once, though thinking is on', 'The answer is 42.', { content: 'The answer is 42.' }],
  [
    'lfm2',
    'characters that mean something elsewhere',
    '<think>2+2=4 & 3*3=9...</think>Correct!',
    { reasoning: '2+2=4 & 3*3=9...', content: 'Correct!' },
  ],
  ['kimi-k2', 'nothing between', '<think></think>final answer', { content: 'final answer' }],
  [
    'kimi-k2',
    'calls end the reasoning that has no end',
    `<think>I need to call two functions<|tool_calls_section_begin|>${kimi('special_function:0<|tool_call_argument_begin|>{"arg1": 1}')}${kimi(`python:1<|tool_call_argument_begin|>{"code": "print('hey')"}`)}<|tool_calls_section_end|>`,
    {
      calls: [
        ['special_function', { arg1: 1 }],
        ['python', { code: "print('hey')" }],
      ],
      reasoning: 'I need to call two functions',
    },
  ],
  [
    'kimi-k2',
    'the same without the marks of the section',
    '<think>I call<|tool_call_begin|>functions.special_function:0<|tool_call_argument_begin|>{"arg1": 1}<|tool_call_begin|>functions.refresh:1<|tool_call_argument_begin|>{}',
    {
      calls: [
        ['special_function', { arg1: 1 }],
        ['refresh', {}],
      ],
      reasoning: 'I call',
    },
  ],
  [
    'kimi-k3 thinking',
    'reasoning and an answer',
    "I'm thinking about this<|close|>think<|sep|><|open|>response<|sep|>Hello, world!\nWhat's up?<|close|>response<|sep|><|close|>message<|sep|>",
    { reasoning: "I'm thinking about this", content: "Hello, world!\nWhat's up?" },
  ],
  // vLLM and llama.cpp can leave both in one text, with the mark before it: the user would read it.
  [
    'minimax-m2 thinking',
    'reasoning in front of the answer',
    "```python\nprint('hi')\n```</think>Here's the code.",
    { reasoning: "```python\nprint('hi')\n```", content: "Here's the code." },
  ],
  [
    'minimax-m2 thinking',
    'lines around the mark',
    "\n</think>\n\nHello, world!\nWhat's up?",
    { content: "Hello, world!\nWhat's up?" },
  ],
  ['gemma-4', 'a channel without a name', '<|channel>This is a reasoning section<channel|>This is the rest', both],
  [
    'gemma-4',
    'a word that begins like the name',
    '<|channel>thousand reasons<channel|>Done',
    { reasoning: 'thousand reasons', content: 'Done' },
  ],
  ['gemma-4', 'the name alone', '<|channel>thought\n<channel|>', {}],
  [
    'gemma-4',
    'text before',
    'Before\n<|channel>This is a reasoning section<channel|>\nThis is the rest',
    { reasoning: 'This is a reasoning section', content: 'Before\n\nThis is the rest' },
  ],
  [
    'gemma-4',
    'two channels',
    '<|channel>first thought<channel|><|channel>second thought<channel|>Final answer.',
    { reasoning: 'first thoughtsecond thought', content: 'Final answer.' },
  ],
  ['inkling', 'a plain answer', 'Hi<|message_model|><|content_text|>there<|end_message|>', { content: 'Hithere' }],
  ['hermes', 'the end of the turn within reasoning that has no end', '<think>Hm.<|im_end|>', { reasoning: 'Hm.' }],
];
