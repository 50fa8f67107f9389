import type { PeerCase } from './peers-a.fixture.js';

const tokyo = ['get_weather', { city: 'Tokyo' }] as const;
const inSection = (...calls: readonly string[]): string =>
  `<|tool_calls_section_begin|>${calls.join('')}<|tool_calls_section_end|>`;
const kimi = (id: string, args: string): string =>
  `<|tool_call_begin|>${id} <|tool_call_argument_begin|>${args}<|tool_call_end|>`;
const deepseek = (...calls: readonly string[]): string =>
  `<｜tool▁calls▁begin｜>${calls.map((call) => `<｜tool▁call▁begin｜>${call}<｜tool▁call▁end｜>`).join('')}<｜tool▁calls▁end｜>`;

/** As the tests of vLLM (tool_parsers, parser/mistral), SGLang (test_function_call_parser) and Ollama (model/parsers) write them. */
export const RECORD_CASES: readonly PeerCase[] = [
  {
    dialect: 'deepseek-v3',
    what: 'two calls with a line break between them, JSON in fences with and without one',
    text: '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city":"Tokyo"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{"query": "Beijing"}```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    calls: [tokyo, ['search', { query: 'Beijing' }]],
  },
  {
    dialect: 'deepseek-v3',
    what: 'no arguments',
    text: deepseek('function<｜tool▁sep｜>get_current_date\n```json\n{}\n```'),
    calls: [['get_current_date', {}]],
  },
  {
    dialect: 'deepseek-v3',
    what: 'escapes in JSON in a fence',
    text: `Let me check.${deepseek('function<｜tool▁sep｜>echo\n```json\n{"text": "He said \\"hello\\"", "path": "C:\\\\Users\\\\file", "message": "line1\\nline2"}\n```')}`,
    content: 'Let me check.',
    calls: [['echo', { text: 'He said "hello"', path: 'C:\\Users\\file', message: 'line1\nline2' }]],
  },
  {
    dialect: 'deepseek-v3',
    what: 'a brace is missing before the fence ends',
    text: deepseek('function<｜tool▁sep｜>get_weather\n```json\n{"city": "Tokyo"\n```'),
    rejected: ['malformed_call'],
  },
  {
    dialect: 'deepseek-v3',
    what: 'no mark begins the call',
    text: '<｜tool▁calls▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Tokyo"}\n```<｜tool▁calls▁end｜>',
    content: 'functionget_weather\n```json\n{"city": "Tokyo"}\n```',
  },
  {
    dialect: 'deepseek-v3.1',
    what: 'text before and behind two calls',
    text: `Getting weather for both cities.${deepseek('get_weather<｜tool▁sep｜>{"location":"Paris"}', 'get_weather<｜tool▁sep｜>{"location":"London"}')}完成 ✅`,
    content: 'Getting weather for both cities.完成 ✅',
    calls: [
      ['get_weather', { location: 'Paris' }],
      ['get_weather', { location: 'London' }],
    ],
  },
  {
    dialect: 'deepseek-v3.1',
    what: 'reasoning that the prompt began, then text, then a call',
    text: `Let me check the weather...</think>I'll get that for you.${deepseek('get_weather<｜tool▁sep｜>{"location":"Paris"}')}`,
    thinking: true,
    reasoning: 'Let me check the weather...',
    content: "I'll get that for you.",
    calls: [['get_weather', { location: 'Paris' }]],
  },
  {
    dialect: 'deepseek-v3.1',
    what: 'shell and quotes in a value',
    text: deepseek('echo<｜tool▁sep｜>{"command":"ls && echo \\"done\\"","path":"/home/user"}'),
    calls: [['echo', { command: 'ls && echo "done"', path: '/home/user' }]],
  },
  {
    dialect: 'deepseek-v3.1',
    what: 'marks around outputs of tools, which the model made up',
    text: "Here's the weather: <｜tool▁output▁begin｜>22°C, Sunny<｜tool▁output▁end｜> Hope that helps!",
    content: "Here's the weather: 22°C, Sunny Hope that helps!",
  },
  {
    dialect: 'kimi-k2',
    what: 'three calls, ids with a space behind them',
    text: `Multiple tasks. ${inSection(kimi('functions.get_weather:0', '{"city": "New York"}'), kimi('functions.search:1', '{"query": "technology"}'), kimi('functions.echo:2', '{"text": "<div>content</div>"}'))}`,
    content: 'Multiple tasks.',
    calls: [
      ['get_weather', { city: 'New York' }],
      ['search', { query: 'technology' }],
      ['echo', { text: '<div>content</div>' }],
    ],
  },
  {
    dialect: 'kimi-k2',
    what: 'an id without its prefix, JSON over lines, a space before the end',
    text: `No prefix. ${inSection(kimi('get_weather:0', '{\n  "city": "Tokyo"\n} '))}`,
    content: 'No prefix.',
    calls: [tokyo],
  },
  {
    dialect: 'kimi-k2',
    what: 'JSON that does not end within its mark, then a whole call',
    text: inSection(
      kimi('functions.get_weather:0', '{"city": "Beijing"'),
      kimi('functions.get_weather:1', '{"city": "Tokyo"}'),
    ),
    calls: [tokyo],
    rejected: ['malformed_call'],
    ours: 'vLLM passes both on, the first with half an object',
  },
  {
    dialect: 'kimi-k2',
    what: 'an id whose number is parted by a dot',
    text: inSection(
      kimi('functions.get_weather.0', '{"city": "Beijing"}'),
      kimi('functions.get_weather:1', '{"city": "Tokyo"}'),
    ),
    calls: [tokyo],
    rejected: ['unknown_tool'],
  },
  {
    dialect: 'kimi-k2',
    what: 'an id that is only a number',
    text: `Let me check. ${inSection(kimi('0', '{"city": "Tokyo", "unit": "celsius"}'))}`,
    content: 'Let me check.',
    rejected: ['unknown_tool'],
    ours: 'vLLM infers the tool from the arguments; that is a guess',
  },
  {
    dialect: 'kimi-k2',
    what: 'a call that breaks off',
    text: 'I\'ll check. <|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0 <|tool_call_argument_begin|>{"city": "Bei',
    content: "I'll check.",
    rejected: ['truncated'],
    ours: 'vLLM hands out the half as arguments',
  },
  {
    dialect: 'kimi-k2',
    what: 'a section with nothing in it',
    text: 'Reasoning. <|tool_calls_section_begin|><|tool_calls_section_end|>',
    content: 'Reasoning.',
  },
  {
    dialect: 'kimi-k2',
    what: 'text behind the section',
    text: `Before. ${inSection(kimi('functions.get_weather:0', '{"city": "Tokyo"} '))} After tools.`,
    content: 'Before.  After tools.',
    calls: [tokyo],
    ours: 'vLLM drops what follows calls; what the model said is not ours to drop',
  },
  {
    dialect: 'kimi-k2',
    what: 'a call that lost its beginning',
    text: 'invalid_tool:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
    content: 'invalid_tool:0{"city": "Paris"}',
    ours: 'SGLang shows the marks as well',
  },
  {
    dialect: 'mistral',
    what: 'arguments before the name, and a name among the arguments',
    text: '[TOOL_CALLS] [{"arguments":{"name": "John Doe"}, "name": "get_age"}]',
    calls: [['get_age', { name: 'John Doe' }]],
  },
  {
    dialect: 'mistral',
    what: 'spaces wherever they may stand',
    text: 'Hello[TOOL_CALLS]  [ {"name":"add" , "arguments" : {"a": 3.5, "b": 4} } ]',
    content: 'Hello',
    calls: [['add', { a: 3.5, b: 4 }]],
  },
  {
    dialect: 'mistral',
    what: 'brackets and a fence in a string',
    text: '[TOOL_CALLS] [{"name":"echo", "arguments":{"text":"```\\nANSWER: [City Name] - [Weather Conditions]\\n```"}}]',
    calls: [['echo', { text: '```\nANSWER: [City Name] - [Weather Conditions]\n```' }]],
  },
  {
    dialect: 'mistral',
    what: 'text behind the list',
    text: '[TOOL_CALLS] [{"name": "get_weather", "arguments":{"city": "Tokyo"}}]\nextra trailing data',
    content: 'extra trailing data',
    calls: [tokyo],
    ours: 'vLLM drops what follows calls; what the model said is not ours to drop',
  },
  {
    dialect: 'mistral',
    what: 'the mark twice, a list each',
    text: '[TOOL_CALLS] [{"name": "add", "arguments":{"a": 1}}][TOOL_CALLS] [{"name": "get_weather", "arguments":{"city": "Tokyo"}}]',
    calls: [['add', { a: 1 }], tokyo],
    ours: 'vLLM raises an error; both lists are whole',
  },
  {
    dialect: 'mistral',
    what: 'a word between the mark and the list',
    text: '[TOOL_CALLS]  junk [{"name": "add", "arguments":{"a": 1, "b": 2}}] trail',
    content: 'junk [{"name": "add", "arguments":{"a": 1, "b": 2}}] trail',
    ours: 'vLLM searches the text for anything that is a list; that is a guess',
  },
  {
    dialect: 'mistral',
    what: 'the mark, and then prose',
    text: '[TOOL_CALLS] not json at all',
    content: 'not json at all',
  },
  {
    dialect: 'mistral-v11',
    what: 'names right before their arguments',
    text: '[TOOL_CALLS]add{"a": 3.5, "b": 4}[TOOL_CALLS]get_weather{"city": "Tokyo"}',
    calls: [['add', { a: 3.5, b: 4 }], tokyo],
  },
  {
    dialect: 'mistral-v11',
    what: 'a brace in the text before, code with quotes and braces in the value',
    text: 'hi{hi[TOOL_CALLS]echo[ARGS]{"command": "print(\\"hello world!\\")\\nre.compile(r\'{}\')"}',
    content: 'hi{hi',
    calls: [['echo', { command: 'print("hello world!")\nre.compile(r\'{}\')' }]],
  },
  {
    dialect: 'mistral-v11',
    what: 'code in a value that breaks off',
    text: 'hi{hi[TOOL_CALLS]echo{"command": "print(\\"hello world!\\")\\nre.compile(r\'{}\')',
    content: 'hi{hi',
    rejected: ['truncated'],
    ours: 'vLLM hands out the half as arguments',
  },
  {
    dialect: 'mistral-v11',
    what: 'text that follows the arguments without a space',
    text: '[TOOL_CALLS]get_weather[ARGS]{"city": "Tokyo"}Estimating the weather...',
    content: 'Estimating the weather...',
    calls: [tokyo],
  },
  {
    dialect: 'mistral-v11',
    what: 'an id between name and arguments',
    text: '[TOOL_CALLS]get_weather[CALL_ID]123456789[ARGS]{"city": "Tokyo"}',
    calls: [tokyo],
  },
  {
    dialect: 'mistral-v11',
    what: 'a name at the end of the text',
    text: '[TOOL_CALLS]refresh',
    rejected: ['truncated'],
    ours: 'vLLM calls the tool without arguments; whether any were to come, nobody knows',
  },
  {
    dialect: 'mistral-v11',
    what: 'an empty object',
    text: '[TOOL_CALLS]refresh[ARGS]{}',
    calls: [['refresh', {}]],
  },
  {
    dialect: 'mistral-v11',
    what: 'a bare line break in a string',
    text: '[TOOL_CALLS]write_file[ARGS]{"content": "line1\nline2\nline3"}',
    calls: [['write_file', { content: 'line1\nline2\nline3' }]],
  },
  {
    dialect: 'mistral-v11',
    what: 'braces that hold no JSON',
    text: '[TOOL_CALLS]echo[ARGS]{invalid json}',
    rejected: ['malformed_call'],
  },
  {
    dialect: 'mistral-v11',
    what: 'a tool that nobody offered',
    text: '[TOOL_CALLS]unknown_tool[ARGS]{"a": 1}',
    rejected: ['unknown_tool'],
  },
];
