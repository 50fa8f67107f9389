import type { Case } from '../peers-b.fixture.js';
import { paris, tokyo, special, nothing, cut, types, escapes, search } from './shared.fixture.js';

const args = (given: unknown): string => JSON.stringify(given);

/** JSON between marks: Phi-4, FireFunction, Command R, Apertus, GigaChat, InternLM, Nemotron, Inkling, Functionary. */
export const MARKED_JSON: readonly Case[] = [
  [
    'phi-4',
    'several, with lines',
    'functools[\n  {"name": "get_weather", "arguments": {"city": "Tokyo"}},\n  {"name": "get_time", "arguments": {"timezone": "Asia/Tokyo"}}\n]',
    { calls: [tokyo, ['get_time', { timezone: 'Asia/Tokyo' }]] },
  ],
  [
    'phi-4',
    'all types',
    `functools[{"name": "test_function", "arguments": ${args(types)}}]`,
    { calls: [['test_function', types]] },
  ],
  [
    'phi-4',
    'escapes',
    `functools[{"name": "test_function", "arguments": ${args(escapes)}}]`,
    { calls: [['test_function', escapes]] },
  ],
  // vLLM drops the text.
  [
    'phi-4',
    'text around',
    'Let me check.\nfunctools[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]\nWould you like to know more?',
    { calls: [tokyo], content: 'Let me check.\nWould you like to know more?' },
  ],
  ['phi-4', 'cut off', 'functools[{"name": "refresh", "arguments": {', cut],
  [
    'phi-4',
    'arguments that are no object',
    'functools[{"name": "refresh", "arguments": "not a dict"}]',
    { rejected: ['malformed_arguments'] },
  ],
  ['phi-4', 'an empty list and text', 'functools[] This is just text', { content: 'This is just text' }],
  ['phi-4', 'no list of calls', 'functools[ This is just text ]', { content: 'functools[ This is just text ]' }],
  [
    'firefunction',
    'several',
    ' functools[{"name": "get_weather", "arguments": {"city":"Tokyo"}},{"name": "get_weather", "arguments": {"location":"Paris"}}]',
    { calls: [tokyo, paris] },
  ],
  [
    'command-r-plus',
    'several',
    'Action: ```json\n[\n    {\n        "tool_name": "get_weather",\n        "parameters": {"city": "Tokyo"}\n    },\n    {\n        "tool_name": "get_time",\n        "parameters": {"timezone": "EST"}\n    }\n]\n```',
    { calls: [tokyo, ['get_time', { timezone: 'EST' }]] },
  ],
  [
    'command-r-plus',
    'one without a list',
    'Action: ```json\n{\n    "tool_name": "bash",\n    "parameters": {"command": "ls"}\n}\n```',
    { calls: [['bash', { command: 'ls' }]] },
  ],
  [
    'command-r-plus',
    'text before',
    'I\'ll look it up.\nAction: ```json\n[{"tool_name": "get_weather", "parameters": {"city": "Tokyo"}}]\n```',
    { calls: [tokyo], content: "I'll look it up." },
  ],
  [
    'command-r-plus',
    'without the closing fence',
    'Action: ```json\n[{"tool_name": "bash", "parameters": {"command": "pwd"}}]',
    { calls: [['bash', { command: 'pwd' }]] },
  ],
  [
    'command-r-plus',
    'a word that begins alike',
    'Here is my response. Actually, let me think...',
    { content: 'Here is my response. Actually, let me think...' },
  ],
  [
    'command-r7b',
    'reasoning and several calls',
    '<|START_THINKING|>first I think about foo<|END_THINKING|><|START_ACTION|>\n[\n    {"tool_call_id": "0", "tool_name": "search", "parameters": {"query": "x"}},\n    {"tool_call_id": "1", "tool_name": "special_function", "parameters": {"arg1": 1}}\n]\n<|END_ACTION|><|END_OF_TURN_TOKEN|>',
    { calls: [search, special], reasoning: 'first I think about foo' },
  ],
  [
    'command-r7b',
    'an answer with citations',
    '<|START_THINKING|>A rainbow<|END_THINKING|>\n<|START_RESPONSE|>foo <co>bar</co: 0:[1,2],1:[3,4]>.<|END_RESPONSE|>',
    { own: true, reasoning: 'A rainbow', content: 'foo bar.' },
  ],
  [
    'command-r7b',
    'what only looks like a citation',
    '<|START_RESPONSE|>a </co b<|END_RESPONSE|>',
    { content: 'a </co b' },
  ],
  [
    'command-r7b',
    'reasoning alone',
    '<|START_THINKING|>just think, no response<|END_THINKING|>',
    { reasoning: 'just think, no response' },
  ],
  [
    'command-r7b',
    'an answer without its opening mark',
    "<|START_THINKING|>I'm\nthinking<|END_THINKING|>Hello, world!\nWhat's up?<|END_RESPONSE|>",
    { reasoning: "I'm\nthinking", content: "Hello, world!\nWhat's up?" },
  ],
  [
    'command-r7b',
    'cut off',
    '<|START_THINKING|>I\'m\nthinking<|END_THINKING|><|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "special',
    { reasoning: "I'm\nthinking", ...cut },
  ],
  [
    'apertus',
    'two arguments',
    '<|tools_prefix|>[{"get_weather": {"location": "San Francisco", "unit": "celsius"}}]<|tools_suffix|>',
    { calls: [['get_weather', { location: 'San Francisco', unit: 'celsius' }]] },
  ],
  [
    'apertus',
    'text before, several',
    'Let me check. <|tools_prefix|>[{"get_weather": {"location": "Paris"}}, {"refresh": {}}, {"special_function": {"arg1": 1}}]<|tools_suffix|>',
    { calls: [paris, ['refresh', {}], special], content: 'Let me check.' },
  ],
  [
    'apertus',
    'values within values',
    '<|tools_prefix|>[{"complexTool": {"nested": {"inner": "value"}, "list": ["a", "b"]}}]<|tools_suffix|>',
    { calls: [['complexTool', { nested: { inner: 'value' }, list: ['a', 'b'] }]] },
  ],
  // vLLM executes it.
  ['apertus', 'cut off', '<|tools_prefix|>[{"get_weather": {"location": "London"}', cut],
  [
    'apertus',
    'without the closing mark',
    '<|tools_prefix|>[{"get_weather": {"location": "Paris"}}]',
    { calls: [paris] },
  ],
  [
    'gigachat-3',
    'text before, and the end of the turn',
    'I\'ll check that for you.<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "manage_user_memory", "arguments": {"action": "create", "id": "preferences"}}</s>',
    {
      own: true,
      calls: [['manage_user_memory', { action: 'create', id: 'preferences' }]],
      content: "I'll check that for you.",
    },
  ],
  [
    'gigachat-3',
    'no arguments',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "manage_user_memory", "arguments": {}}',
    { calls: [['manage_user_memory', {}]] },
  ],
  [
    'gigachat-3',
    'values within values',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "manage_user_memory", "arguments": {"content": {"likes": ["short", "clear"], "ok": true}}}',
    { calls: [['manage_user_memory', { content: { likes: ['short', 'clear'], ok: true } }]] },
  ],
  [
    'gigachat-3',
    'broken JSON',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "manage_user_memory", "arguments": {invalid json}}',
    nothing,
  ],
  [
    'gigachat-3',
    'no name',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"arguments": {"action": "create"}}',
    nothing,
  ],
  [
    'gigachat-3',
    'arguments that are left out where they are needed',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "special_function"}',
    { rejected: ['invalid_arguments'] },
  ],
  [
    'gigachat-3',
    'arguments that are no object',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "manage_user_memory", "arguments": "string_args"}',
    { rejected: ['malformed_arguments'] },
  ],
  [
    'gigachat-3',
    'cut off',
    '<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "get_weather", "arguments": {"city": "London"',
    cut,
  ],
  [
    'gigachat-3.1',
    'text before, and the end of the turn',
    'I\'ll check.<|function_call|>{"name": "get_weather", "arguments": {"city": "Tokyo"}}</s>',
    { own: true, calls: [tokyo], content: "I'll check." },
  ],
  [
    'internlm-2',
    'text before',
    'Let me check. <|action_start|><|plugin|>{"name": "get_weather", "parameters": {"city": "Tokyo"}}<|action_end|>',
    { calls: [tokyo], content: 'Let me check.' },
  ],
  [
    'internlm-2',
    'all types',
    `<|action_start|><|plugin|>{"name": "test_function", "parameters": ${args(types)}}<|action_end|>`,
    { calls: [['test_function', types]] },
  ],
  [
    'internlm-2',
    'a tool that was not offered',
    '<|action_start|><|plugin|>{"name": "delete_everything", "parameters": {"city": "Tokyo"}}<|action_end|>',
    { rejected: ['unknown_tool'] },
  ],
  ['internlm-2', 'cut off', '<|action_start|><|plugin|>{"name": "refresh", "parameters": {', cut],
  ['internlm-2', 'the marks alone', '<|action_start|><|plugin|>', {}],
  ['internlm-2', 'one mark of two', '<|action_start|>{"name": "refresh"}', { content: '{"name": "refresh"}' }],
  [
    'nemotron-nano-2',
    'text before',
    'Let me check that.<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Tokyo", "unit": "celsius"}}]</TOOLCALL>',
    { calls: [['get_weather', { city: 'Tokyo', unit: 'celsius' }]], content: 'Let me check that.' },
  ],
  [
    'nemotron-nano-2',
    'one without a list',
    '<TOOLCALL>{"name": "search", "arguments": {"query": "x"}}</TOOLCALL>',
    { calls: [search] },
  ],
  [
    'nemotron-nano-2',
    'arguments within a string',
    '<TOOLCALL>[{"name": "run_query", "arguments": "{\\"sql\\": \\"select 1\\"}"}]</TOOLCALL>',
    { calls: [['run_query', { sql: 'select 1' }]] },
  ],
  [
    'nemotron-nano-2',
    'a bracket that is missing',
    '<TOOLCALL>[{"name": "refresh", "arguments": {}</TOOLCALL>',
    nothing,
  ],
  // vLLM leaves the reasoning in the text.
  [
    'nemotron-nano-2',
    'behind reasoning',
    '<think>\nI need it.\n</think>\n<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Tokyo"}}, {"name": "get_time", "arguments": {"city": "Tokyo"}}]</TOOLCALL>',
    { calls: [tokyo, ['get_time', { city: 'Tokyo' }]], reasoning: 'I need it.' },
  ],
  [
    'inkling',
    "the author's name before the mark",
    'Sure, let me check.<|message_model|>weather<|content_invoke_tool_json|>{"name":"get_weather","args":{"city":"Tokyo"}}<|end_message|>',
    { calls: [tokyo], content: 'Sure, let me check.' },
  ],
  [
    'inkling',
    'several',
    '<|message_model|>a<|content_invoke_tool_json|>{"name":"get_weather","args":{"city":"Tokyo"}}<|end_message|><|message_model|>b<|content_invoke_tool_json|>{"name":"refresh","args":{}}<|end_message|>',
    { calls: [tokyo, ['refresh', {}]] },
  ],
  [
    'inkling',
    'reasoning and text',
    '<|message_model|><|content_thinking|>Hm.<|end_message|><|message_model|><|content_text|>there<|end_message|>',
    { reasoning: 'Hm.', content: 'there' },
  ],
  // SGLang makes a call without a name of it.
  [
    'inkling',
    'a call as plain text',
    '<|message_model|>weather<|content_invoke_tool_text|>search the web<|end_message|>Done.',
    { ...nothing, content: 'Done.' },
  ],
  ['inkling', 'an empty call', '<|content_invoke_tool_json|><|end_message|>', {}],
  [
    'inkling',
    'a list of something else',
    '<|content_invoke_tool_json|>[1, 2, 3]<|end_message|>',
    { content: '[1, 2, 3]' },
  ],
  ['inkling', 'no name', '<|content_invoke_tool_json|>{"args":{}}<|end_message|>', nothing],
  // SGLang hands on what is no JSON, and drops the calls before it.
  [
    'inkling',
    'a number that is none',
    '<|content_invoke_tool_json|>{"name":"refresh","args":{}}<|end_message|><|content_invoke_tool_json|>{"name":"set_values","args":{"left":NaN}}<|end_message|>',
    { calls: [['refresh', {}]], ...nothing },
  ],
  // SGLang drops the text.
  [
    'inkling',
    'without the closing mark',
    'Let me check.<|content_invoke_tool_json|>{"name":"get_weather","args":{"city":"Tokyo"}}',
    { calls: [tokyo], content: 'Let me check.' },
  ],
  ['functionary-3.1', 'a call', '<function=special_function>{"arg1": 1}</function>', { calls: [special] }],
  ['functionary-3.2', 'an answer', ">>>all\nHello, world!\nWhat's up?", { content: "Hello, world!\nWhat's up?" }],
  [
    'functionary-3.2',
    'an answer and a call behind it',
    'all\nHello, world!\nnono\nWhat\'s up?>>>special_function\n{"arg1": 1}\n',
    { calls: [special], content: "Hello, world!\nnono\nWhat's up?" },
  ],
  ['functionary-3.2', 'space behind a call', 'special_function\n{"arg1": 1} \n          ', { calls: [special] }],
  // llama.cpp makes a call of it: code is no arguments, and an interpreter is no tool that was offered so.
  [
    'functionary-3.2',
    'code',
    "python\n# This is a program:\nprint('hey')",
    { content: "python\n# This is a program:\nprint('hey')" },
  ],
];
