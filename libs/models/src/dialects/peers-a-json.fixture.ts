import type { PeerCase } from './peers-a.fixture.js';

const tokyo = ['get_weather', { city: 'Tokyo' }] as const;
const time = ['get_time', { timezone: 'Asia/Tokyo' }] as const;
const TRIGGER = '{"name": "final_answer", "arguments": {"trigger": true}}';

/** As the tests of vLLM (tool_parsers), SGLang (test_function_call_parser) and Ollama (model/parsers) write them. */
export const JSON_CASES: readonly PeerCase[] = [
  {
    dialect: 'hermes',
    what: 'no line breaks at all',
    text: '<tool_call>{"name": "get_weather","arguments": {"location":"San Francisco, California, United States", "unit": "celsius"}}</tool_call>',
    calls: [['get_weather', { location: 'San Francisco, California, United States', unit: 'celsius' }]],
  },
  {
    dialect: 'hermes',
    what: 'a call right behind a sentence',
    text: 'Sure, let me check the weather.<tool_call>{"name": "get_weather", "arguments": {"city": "Tokyo"}}</tool_call>',
    content: 'Sure, let me check the weather.',
    calls: [tokyo],
  },
  {
    dialect: 'hermes',
    what: 'two calls of one tool side by side',
    text: '<tool_call>{"name": "search", "arguments": {"query": "cats"}}</tool_call><tool_call>{"name": "search", "arguments": {"query": "dogs"}}</tool_call>',
    calls: [
      ['search', { query: 'cats' }],
      ['search', { query: 'dogs' }],
    ],
  },
  {
    dialect: 'hermes',
    what: 'whole JSON whose mark the end of the text took',
    text: `<tool_call>\n${TRIGGER}`,
    calls: [['final_answer', { trigger: true }]],
  },
  {
    dialect: 'hermes',
    what: 'a brace is missing',
    text: '<tool_call>\n{"name": "final_answer", "arguments": {"trigger": true}',
    rejected: ['truncated'],
  },
  {
    dialect: 'hermes',
    what: 'arguments that are JSON in a string',
    text: '<tool_call>\n{"name": "get_db_config", "arguments": "{\\"param\\": \\"max_connections\\"}"}\n</tool_call>',
    calls: [['get_db_config', { param: 'max_connections' }]],
  },
  {
    dialect: 'hermes',
    what: 'arguments that are only a string',
    text: '<tool_call>\n{"name": "echo", "arguments": "hello"}\n</tool_call>',
    rejected: ['malformed_arguments'],
    ours: 'vLLM passes the string on; arguments are an object, and no tool could check it',
  },
  {
    dialect: 'hermes',
    what: 'several objects in one pair of marks, parted by a comma',
    text: '<tool_call>{"name": "get_weather", "arguments": {"city": "北京"}}, {"name": "search", "arguments": {"query": "上海"}}</tool_call>',
    calls: [
      ['get_weather', { city: '北京' }],
      ['search', { query: '上海' }],
    ],
  },
  {
    dialect: 'hermes',
    what: 'a tool that nobody offered',
    text: '<tool_call>{"name": "invalid_tool", "arguments": {"city": "Paris"}}</tool_call>',
    rejected: ['unknown_tool'],
  },
  {
    dialect: 'granite-4',
    what: 'text between calls, arguments in a string, one call made twice on purpose',
    text: 'Here goes the bbox call: \n<tool_call> {"name": "find_bbox", "arguments": "{\\"coordinates\\": [[23.54, 43.1], [-12.2, 54.3], [4, 5]], \\"coordinate_type\\": \\"latlong\\"}"} </tool_call> Now the stock price call: \n <tool_call> {"name": "get_stock_price", "arguments": {"symbol": "AAPL"}} </tool_call> Now another: \n <tool_call> {"name": "get_stock_price", "arguments": {"symbol": "AAPL"}} </tool_call> See? I\'m a helpful assistant.',
    content: "Here goes the bbox call: \n Now the stock price call: \n  Now another: \n  See? I'm a helpful assistant.",
    calls: [
      [
        'find_bbox',
        {
          coordinates: [
            [23.54, 43.1],
            [-12.2, 54.3],
            [4, 5],
          ],
          coordinate_type: 'latlong',
        },
      ],
      ['get_stock_price', { symbol: 'AAPL' }],
      ['get_stock_price', { symbol: 'AAPL' }],
    ],
  },
  {
    dialect: 'granite-4',
    what: 'an explanation between calls without arguments',
    text: '<tool_call> {"name": "refresh", "arguments": {}} </tool_call>some explanation <tool_call> {"name": "get_current_date", "arguments": {}} </tool_call>',
    content: 'some explanation',
    calls: [
      ['refresh', {}],
      ['get_current_date', {}],
    ],
  },
  {
    dialect: 'granite-3',
    what: "Granite 3.0's token, two calls in a list over lines",
    text: '<|tool_call|> [\n  {"name": "get_weather", "arguments": {"city": "Tokyo"}},\n  {"name": "get_time", "arguments": {"timezone": "Asia/Tokyo"}}\n]',
    calls: [tokyo, time],
  },
  {
    dialect: 'granite-3',
    what: "Granite 3.1's mark, which is plain text",
    text: '<tool_call> [{\n  "name": "echo",\n  "arguments": {\n    "text": "He said \\"hello\\"",\n    "path": "C:\\\\Users\\\\file.txt",\n    "message": "line1\\nline2 🎉"\n  }\n}]',
    calls: [['echo', { text: 'He said "hello"', path: 'C:\\Users\\file.txt', message: 'line1\nline2 🎉' }]],
  },
  {
    dialect: 'granite-3',
    what: 'arguments before the name',
    text: '<|tool_call|> [{"arguments": {"city": "Tokyo"}, "name": "get_weather"}, {"arguments": {"timezone": "Asia/Tokyo"}, "name": "get_time"}]',
    calls: [tokyo, time],
  },
  {
    dialect: 'granite-3',
    what: 'text on both sides of a call that no mark ends',
    text: 'Let me check the weather for you.\n<|tool_call|> [{"name": "get_weather", "arguments": {"city": "Tokyo"}}]\nI\'ll get that information.',
    content: "Let me check the weather for you.\nI'll get that information.",
    calls: [tokyo],
  },
  {
    dialect: 'granite-3',
    what: 'one object instead of a list',
    text: '<|tool_call|> {"name": "refresh", "arguments": {}}',
    calls: [['refresh', {}]],
    ours: 'vLLM wants a list; the token says that a call is meant, and this one is whole',
  },
  {
    dialect: 'granite-3',
    what: 'a list that breaks off',
    text: '<|tool_call|> [{"name": "get_weather", "arguments": {',
    rejected: ['truncated'],
  },
  {
    dialect: 'hunyuan-a13b',
    what: 'two calls, with everything that JSON has',
    text: '<tool_calls>[{"name": "get_weather", "arguments": {"city": "San Francisco", "unit": "celsius"}}, {"name": "register_user", "arguments": {"name": "John Doe", "age": 37, "address": {"city": "San Francisco", "state": "CA"}, "role": null, "passed_test": true, "aliases": ["John", "Johnny"]}}]</tool_calls>',
    calls: [
      ['get_weather', { city: 'San Francisco', unit: 'celsius' }],
      [
        'register_user',
        {
          name: 'John Doe',
          age: 37,
          address: { city: 'San Francisco', state: 'CA' },
          role: null,
          passed_test: true,
          aliases: ['John', 'Johnny'],
        },
      ],
    ],
  },
  {
    dialect: 'hunyuan-a13b',
    what: 'objects four levels deep',
    text: '<tool_calls>[{"name": "complex_tool", "arguments": {"level1": {"level2": {"level3": {"value": 123}}}}}]</tool_calls>',
    calls: [['complex_tool', { level1: { level2: { level3: { value: 123 } } } }]],
  },
  {
    dialect: 'hunyuan-a13b',
    what: 'a sentence behind the calls',
    text: '<tool_calls>[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]</tool_calls>\nThank you!',
    content: 'Thank you!',
    calls: [tokyo],
    ours: 'vLLM drops what follows calls; what the model said is not ours to drop',
  },
  {
    dialect: 'hunyuan-a13b',
    what: 'no arguments beside arguments, and the end of an answer that had no beginning',
    text: '<tool_calls>[{"name": "refresh", "arguments": {}}, {"name": "get_weather", "arguments": {"city": "Tokyo"}}]</tool_calls>\n</answer>',
    calls: [['refresh', {}], tokyo],
  },
  {
    dialect: 'jamba',
    what: 'a space before the answer and lines in the list',
    text: ' Sure! let me call the tool for you.<tool_calls>[\n    {"name": "get_weather", "arguments": {"city": "Tokyo"}},\n    {"name": "get_time", "arguments": {"timezone": "Asia/Tokyo"}}\n]</tool_calls>',
    content: 'Sure! let me call the tool for you.',
    calls: [tokyo, time],
  },
  {
    dialect: 'apriel',
    what: 'reasoning steps, then calls in place of the final response',
    text: 'Here are my reasoning steps:\nThe user wants recent news.\n[BEGIN FINAL RESPONSE]\n<tool_calls>[{"name": "search", "arguments": {"query": "news 2025"}, "id": "abc123"}]</tool_calls>',
    reasoning: 'The user wants recent news.',
    calls: [['search', { query: 'news 2025' }]],
  },
  {
    dialect: 'apriel',
    what: 'reasoning that the prompt began, and the marks at the end',
    text: '1. x\n[BEGIN FINAL RESPONSE]\nParis.\n[END FINAL RESPONSE]\n<|end|>\n',
    thinking: true,
    reasoning: '1. x',
    content: 'Paris.',
  },
  {
    dialect: 'apriel',
    what: "Apriel 1.5's thinking tags",
    text: '<thinking>I\'m\nthinking</thinking>Hello!\n<tool_calls>[{"name": "refresh", "arguments": {}}]</tool_calls>',
    reasoning: "I'm\nthinking",
    content: 'Hello!',
    calls: [['refresh', {}]],
  },
  {
    dialect: 'ernie-4.5',
    what: 'reasoning that the prompt began, then two calls a line each',
    text: 'I need to call two tools.\n</think>\n\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Tokyo"}}\n</tool_call>\n<tool_call>\n{"name": "get_time", "arguments": {"timezone": "Asia/Tokyo"}}\n</tool_call>\n',
    reasoning: 'I need to call two tools.',
    calls: [tokyo, time],
    ours: 'the tool parser of vLLM alone leaves the reasoning and its mark in the content',
  },
  {
    dialect: 'longcat',
    what: 'text around a call of its own mark',
    text: 'Let me check the weather for you.\n<longcat_tool_call>{"name": "get_weather", "arguments": {"city": "Tokyo"}}</longcat_tool_call>\nHere is the result.',
    content: 'Let me check the weather for you.\n\nHere is the result.',
    calls: [tokyo],
  },
  {
    dialect: 'longcat',
    what: 'arguments that are no object',
    text: '<longcat_tool_call>{"name": "refresh", "arguments": "not a dict"}</longcat_tool_call>',
    rejected: ['malformed_arguments'],
  },
  {
    dialect: 'longcat',
    what: 'the mark, and then prose',
    text: 'Some text with <longcat_tool_call>invalid json',
    content: 'Some text with <longcat_tool_call>invalid json',
  },
];
