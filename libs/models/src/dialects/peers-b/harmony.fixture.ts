import type { Case } from '../peers-b.fixture.js';
import { tokyo, nothing, cut, search } from './shared.fixture.js';

const to = (name: string, args: string, end = '<|call|>'): string =>
  `<|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${args}${end}`;

/** OpenAI's channels. */
export const HARMONY: readonly Case[] = [
  [
    'harmony',
    'an answer',
    '<|start|>assistant<|channel|>final<|message|>This is a test',
    { content: 'This is a test' },
  ],
  [
    'harmony',
    'reasoning and a call with lines in it',
    `<|channel|>analysis<|message|>We need to use it.<|end|>${to('get_weather', '{\n"city": "Tokyo"\n}')}`,
    { calls: [tokyo], reasoning: 'We need to use it.' },
  ],
  [
    'harmony',
    'several calls, some without a type or arguments',
    `${to('get_weather', '{"city": "Tokyo"}')}<|start|>assistant<|channel|>commentary to=functions.search<|message|>{"query": "x"}<|call|>${to('refresh', '{}')}${to('refresh', '')}`,
    { calls: [tokyo, search, ['refresh', {}], ['refresh', {}]] },
  ],
  // vLLM hands on what is no JSON.
  [
    'harmony',
    'arguments that are no JSON',
    '<|start|>assistant<|channel|>commentary to=functions.search<|message|>foo<|call|>',
    nothing,
  ],
  [
    'harmony',
    'code where arguments belong',
    '<|channel|>analysis to=functions.python code<|message|>print(42)<|call|>',
    nothing,
  ],
  [
    'harmony',
    'a call and an answer',
    `${to('get_weather', '{"city": "Tokyo"}')}<|start|>assistant<|channel|>final<|message|>I get it.`,
    { calls: [tokyo], content: 'I get it.' },
  ],
  [
    'harmony',
    'a preamble',
    `<|channel|>commentary<|message|>I look.<|end|>${to('search', '{"query": "x"}')}`,
    { calls: [search], content: 'I look.' },
  ],
  [
    'harmony',
    'the channel is named once more behind the call',
    `${to('search', '{"query": "x"}')}commentary${to('search', '{"query": "y"}').slice('<|start|>assistant'.length)}commentary`,
    { calls: [search, ['search', { query: 'y' }]] },
  ],
  [
    'harmony',
    'the recipient in the role',
    '<|start|>assistant to=functions.search<|channel|>commentary <|constrain|>json<|message|>{"query": "x"}<|call|>',
    { calls: [search] },
  ],
  [
    'harmony',
    'the recipient without a role',
    'to=functions.search<|channel|>analysis<|message|>{"query": "x"}<|call|>',
    { calls: [search] },
  ],
  [
    'harmony',
    'a word behind the recipient',
    '<|start|>assistant to=functions.search abc<|channel|>analysis<|message|>{"query": "x"}<|call|>',
    { calls: [search] },
  ],
  [
    'harmony',
    'no space before the type',
    '<|channel|>commentary to=functions.search<|constrain|>json<|message|>{"query": "x"}<|end|>',
    { calls: [search] },
  ],
  [
    'harmony',
    'broken JSON, and then a call',
    `${to('search', '{"query": }')}${to('search', '{"query": "x"}')}`,
    { calls: [search], ...nothing },
  ],
  [
    'harmony',
    'cut off within a call',
    '<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"query": "lat',
    cut,
  ],
  [
    'harmony',
    'cut off within a header',
    '<|channel|>analysis<|message|>This is reasoning<|end|><|start|>assistant<|channel|>final',
    { reasoning: 'This is reasoning' },
  ],
  [
    'harmony',
    'a type before the answer',
    '<|channel|>analysis<|message|>This is reasoning<|end|><|start|>assistant<|channel|>final <|constrain|>ReplyAction <|message|>This is the rest',
    { reasoning: 'This is reasoning', content: 'This is the rest' },
  ],
  [
    'harmony',
    'a mark that is none of its own',
    '<|start|>assistant<|message|>test<|example|>more<|end|>',
    { content: 'test<|example|>more' },
  ],
  [
    'harmony',
    "what the model writes in a tool's name is no answer",
    `${to('search', '{"query": "x"}')}<|start|>functions.search to=assistant<|message|>{"sunny": true}<|end|>`,
    { calls: [search] },
  ],
  [
    'harmony',
    "what the model writes in the user's name is no answer",
    '<|channel|>final<|message|>Hi!<|end|><|start|>user<|message|>Hello<|end|><|start|>assistant<|message|>Bye!<|end|>',
    { content: 'Hi!\nBye!' },
  ],
  [
    'harmony',
    'a built-in tool that was not offered',
    '<|channel|>analysis to=container.exec code<|message|>{"command":["ls"]}<|call|>',
    { rejected: ['unknown_tool'] },
  ],
];
