import type { Case } from '../peers-b.fixture.js';
import { cut, tokyo } from './shared.fixture.js';

/** JSON that nothing marks as a call: Llama 3, xLAM. */
export const BARE_JSON: readonly Case[] = [
  [
    'llama-3',
    'a call in a sentence',
    'Here is the result: {"name": "getOpenIncidentsTool", "parameters": {}} Would you like to know more?',
    { own: true, calls: [['getOpenIncidentsTool', {}]], content: 'Here is the result:  Would you like to know more?' },
  ],
  [
    'llama-3',
    'two arguments',
    '{"name": "search", "parameters": {"query": "test query", "limit": 10}}',
    { calls: [['search', { query: 'test query', limit: 10 }]] },
  ],
  [
    'llama-3',
    '`arguments` in place of `parameters`',
    '{"name": "search", "arguments": {"query": "test"}}',
    { calls: [['search', { query: 'test' }]] },
  ],
  [
    'llama-3',
    'broken JSON of no known tool is text',
    '{"name": "invalidTool", "parameters": {invalid json}',
    { content: '{"name": "invalidTool", "parameters": {invalid json}' },
  ],
  ['llama-3', 'cut off within arguments that stand first', '{"parameters": {"name": "Bob"}, "na', cut],
  [
    'llama-3',
    'a JSON answer that was cut is still an answer',
    '{"name": "Bob Smith", "age": 4',
    { content: '{"name": "Bob Smith", "age": 4' },
  ],
  [
    'llama-3',
    'semicolons with a space on both sides',
    '{"name": "search", "parameters": {"query": "test1"}} ; {"name": "getOpenIncidentsTool", "parameters": {}} ; {"name": "search", "parameters": {"query": "test2"}}',
    {
      calls: [
        ['search', { query: 'test1' }],
        ['getOpenIncidentsTool', {}],
        ['search', { query: 'test2' }],
      ],
    },
  ],
  [
    'llama-3',
    'a semicolon alone',
    '{"name": "search", "parameters": {"query": "a"}};{"name": "getOpenIncidentsTool", "parameters": {}}',
    {
      calls: [
        ['search', { query: 'a' }],
        ['getOpenIncidentsTool', {}],
      ],
    },
  ],
  [
    'llama-3',
    'a line each',
    '{"name": "search", "parameters": {"query": "a"}}\n{"name": "getOpenIncidentsTool", "parameters": {}}',
    {
      calls: [
        ['search', { query: 'a' }],
        ['getOpenIncidentsTool', {}],
      ],
    },
  ],
  [
    'llama-3',
    'text around several',
    'Here are the results: {"name": "search", "parameters": {"query": "test1"}}; {"name": "search", "parameters": {"query": "test2"}} Would you like to know more?',
    {
      own: true,
      calls: [
        ['search', { query: 'test1' }],
        ['search', { query: 'test2' }],
      ],
      content: 'Here are the results:  Would you like to know more?',
    },
  ],
  [
    'llama-3',
    'five levels deep',
    '{"name": "complexTool", "parameters": {"level1": {"level2": {"level3": {"level4": {"value": "deep"}}}}}}',
    { calls: [['complexTool', { level1: { level2: { level3: { level4: { value: 'deep' } } } } }]] },
  ],
  [
    'llama-3',
    'brackets within strings',
    '{"name": "search", "parameters": {"query": "test {value} [complex]","nested": {"inner": "more {brackets}"}}}',
    { calls: [['search', { query: 'test {value} [complex]', nested: { inner: 'more {brackets}' } }]] },
  ],
  [
    'llama-3',
    'escaped quotes',
    '{"name": "search", "parameters": {"query": "He said \\"Hello {world}\\""}}',
    { calls: [['search', { query: 'He said "Hello {world}"' }]] },
  ],
  ['llama-3', 'no name', '{"parameters": {}}', { content: '{"parameters": {}}' }],
  [
    'llama-3',
    'neither parameters nor arguments',
    '{"name": "getOpenIncidentsTool"}',
    { content: '{"name": "getOpenIncidentsTool"}' },
  ],
  [
    'llama-3',
    'a brace in the text behind',
    '{"name": "search", "parameters": {"query": "test"}} I used {search} for this.',
    { calls: [['search', { query: 'test' }]], content: 'I used {search} for this.' },
  ],
  [
    'llama-3',
    'JSON in the text behind',
    '{"name": "search", "parameters": {"query": "test"}} The arguments I passed were {"query": "test"}',
    { calls: [['search', { query: 'test' }]], content: 'The arguments I passed were {"query": "test"}' },
  ],
  [
    'llama-3',
    'text before the tag',
    'Let me check. <|python_tag|>{"name": "get_weather", "arguments": {"city": "Tokyo"}}',
    { calls: [tokyo], content: 'Let me check.' },
  ],
  [
    'llama-3',
    'several behind the tag',
    '<|python_tag|>{"name": "get_weather", "arguments": {"city": "Tokyo"}};{"name": "search", "arguments": {"query": "x"}}',
    { calls: [tokyo, ['search', { query: 'x' }]] },
  ],
  [
    'llama-3',
    'a Python dict behind the tag',
    `<|python_tag|>{'name': 'get_weather', 'arguments': {'city': 'Tokyo'}}`,
    { calls: [tokyo] },
  ],
  [
    'llama-3',
    'a built-in tool',
    `<|python_tag|>python.call(code="print('hey')")`,
    { calls: [['python', { code: "print('hey')" }]] },
  ],
  [
    'llama-3',
    'no call',
    'The weather in Beijing is sunny today.',
    { content: 'The weather in Beijing is sunny today.' },
  ],
  [
    'xlam',
    'several',
    '[{"name": "get_weather", "arguments": {"city": "Tokyo"}}, {"name": "get_weather", "arguments": {"city": "Tokyo"}}]',
    { calls: [tokyo, tokyo] },
  ],
  // vLLM leaves the marks of the reasoning in the text.
  [
    'xlam',
    'behind reasoning',
    `<think>I'll help you with that.</think>[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]`,
    { calls: [tokyo], reasoning: "I'll help you with that." },
  ],
  // vLLM executes it: a fence behind a sentence shows something.
  [
    'xlam',
    'a fence behind a sentence',
    'I\'ll help you with that.\n```json\n[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]\n```',
    { content: 'I\'ll help you with that.\n```json\n[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]\n```' },
  ],
  [
    'xlam',
    'a fence that is the answer',
    '```json\n[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]\n```',
    { own: true, calls: [tokyo] },
  ],
  [
    'xlam',
    'a marker behind a sentence',
    'I\'ll check.[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Tokyo"}}]',
    { calls: [tokyo], content: "I'll check." },
  ],
  [
    'xlam',
    'tags around a list',
    'I\'ll check.<tool_call>[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]</tool_call>',
    { calls: [tokyo], content: "I'll check." },
  ],
  [
    'xlam',
    'an object around the list',
    '{"tool_calls": [{"name": "get_weather", "arguments": {"city": "Tokyo"}},{"name": "get_time", "arguments": {"city": "Paris"}}]}',
    { calls: [tokyo, ['get_time', { city: 'Paris' }]] },
  ],
  ['xlam', 'an object around nothing is an answer', '{"tool_calls": []}', { content: '{"tool_calls": []}' }],
];
