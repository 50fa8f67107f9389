import type { PeerCase } from './peers-a.fixture.js';

const tokyo = ['get_weather', { city: 'Tokyo' }] as const;
const qwen = (name: string, inner = ''): string => `<tool_call>\n<function=${name}>\n${inner}</function>\n</tool_call>`;
const TOKYO = qwen('get_weather', '<parameter=city>\nTokyo\n</parameter>\n');

/** As the tests of vLLM (tool_parsers, tool_use, parser/engine), SGLang and Ollama write them. */
export const TAG_CASES: readonly PeerCase[] = [
  {
    dialect: 'qwen3-coder',
    what: 'an object over lines, a number, and text right before',
    text: `Let me calculate that area for you.${qwen('calculate_area', '<parameter=shape>\nrectangle\n</parameter>\n<parameter=dimensions>\n{"width": 10, \n "height": 20}\n</parameter>\n<parameter=precision>\n2\n</parameter>\n')}`,
    content: 'Let me calculate that area for you.',
    calls: [['calculate_area', { shape: 'rectangle', dimensions: { width: 10, height: 20 }, precision: 2 }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'the outer tags are missing',
    text: '<function=get_current_weather>\n<parameter=city>\nDallas\n</parameter>\n<parameter=state>\nTX\n</parameter>\n</function>',
    calls: [['get_current_weather', { city: 'Dallas', state: 'TX' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'a parameter that does not end',
    text: `Let me check the weather for you:\n${qwen('get_current_weather', '<parameter=city>\nDallas\n<parameter=state>\nTX\n</parameter>\n<parameter=unit>\nfahrenheit\n</parameter>\n')}`,
    content: 'Let me check the weather for you:',
    calls: [['get_current_weather', { city: 'Dallas', state: 'TX', unit: 'fahrenheit' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'a call that does not end before the next begins',
    text: `<tool_call>\n<function=get_weather>\n<parameter=city>Tokyo</parameter>\n</function>\n<tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n</function>\n</tool_call>`,
    calls: [tokyo, ['get_weather', { city: 'Paris' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'values by their schema: a boolean, whole and other numbers, null and text that looks like one',
    text: qwen(
      'configure',
      '<parameter=enabled>true</parameter>\n<parameter=ratio>5.0</parameter>\n<parameter=count>42</parameter>\n<parameter=value>null</parameter>\n<parameter=label>null</parameter>\n',
    ),
    calls: [['configure', { enabled: true, ratio: 5, count: 42, value: null, label: 'null' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: "values by a schema with `anyOf`, as Pydantic writes optional fields; Python's spelling of a boolean",
    text: qwen(
      'configure',
      '<parameter=port>8080</parameter>\n<parameter=limit>\n10\n</parameter>\n<parameter=list>["a", "b"]</parameter>\n<parameter=enabled>True</parameter>\n',
    ),
    calls: [['configure', { port: '8080', limit: 10, list: ['a', 'b'], enabled: true }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'quotes, backslashes and lines as they are; one line break at each end is markup',
    text: qwen(
      'echo',
      '<parameter=text>He said "hello"</parameter>\n<parameter=path>C:\\Users\\file.txt</parameter>\n<parameter=message>\n\nsome-string\n\n</parameter>\n<parameter=command>\nls && echo "a > b and a < b"\n</parameter>\n',
    ),
    calls: [
      [
        'echo',
        {
          text: 'He said "hello"',
          path: 'C:\\Users\\file.txt',
          message: '\nsome-string\n',
          command: 'ls && echo "a > b and a < b"',
        },
      ],
    ],
  },
  {
    dialect: 'qwen3-coder',
    what: 'names with spaces',
    text: qwen(
      'get current temperature',
      '<parameter=location with spaces>\nSan Francisco\n</parameter>\n<parameter=unit with spaces>\ncelsius\n</parameter>\n',
    ),
    calls: [['get current temperature', { 'location with spaces': 'San Francisco', 'unit with spaces': 'celsius' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'names in quotes; the quotes of a text are its own',
    text: qwen(
      '"get current temperature"',
      '<parameter="location with spaces">\nSan Francisco\n</parameter>\n<parameter="unit with spaces">\n"celsius"\n</parameter>\n',
    ),
    calls: [['get current temperature', { 'location with spaces': 'San Francisco', 'unit with spaces': '"celsius"' }]],
    ours: 'Ollama keeps the quotes of names, and its own test doubts it; no tool is named so',
  },
  {
    dialect: 'qwen3-coder',
    what: 'names and values of any script',
    text: qwen(
      '获取天气',
      '<parameter=城市>\n北京\n</parameter>\n<parameter=message>\nHello! 你好! 🌟 مرحبا\n</parameter>\n',
    ),
    calls: [['获取天气', { 城市: '北京', message: 'Hello! 你好! 🌟 مرحبا' }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'an integer with leading zeros',
    text: qwen('configure', '<parameter=count>\n007\n</parameter>\n'),
    calls: [['configure', { count: 7 }]],
  },
  {
    dialect: 'qwen3-coder',
    what: 'an empty value, and a list of objects over lines',
    text: `${qwen('get_weather', '<parameter=city></parameter>\n')}\n${qwen('todo_write', '<parameter=todos>\n[\n  {"content": "Buy groceries", "status": "pending"},\n  {"content": "Finish report", "status": "completed"}\n]\n</parameter>\n')}`,
    calls: [
      ['get_weather', { city: '' }],
      [
        'todo_write',
        {
          todos: [
            { content: 'Buy groceries', status: 'pending' },
            { content: 'Finish report', status: 'completed' },
          ],
        },
      ],
    ],
  },
  {
    dialect: 'qwen3-coder',
    what: 'what begins like a mark and is none',
    text: 'abc\n<tool_call fakeout',
    content: 'abc\n<tool_call fakeout',
  },
  {
    dialect: 'step-3.5',
    what: 'text before a call in one line with its tags',
    text: 'Checking.</think><tool_call><function=get_weather><parameter=city>Tokyo</parameter></function></tool_call>',
    thinking: true,
    reasoning: 'Checking.',
    calls: [tokyo],
  },
  {
    dialect: 'nemotron-3',
    what: 'reasoning that the prompt began, text, and a call',
    text: `Let me think...</think>\nI'll check for you.\n${TOKYO}`,
    thinking: true,
    reasoning: 'Let me think...',
    content: "I'll check for you.",
    calls: [tokyo],
  },
  {
    dialect: 'seed-oss',
    what: 'reasoning with notes on its budget, then a call',
    text: "<seed:think>The user's current thinking budget is 512.</seed:cot_budget_reflect>\nI need the weather.\n<seed:cot_budget_reflect>I have used 131 tokens.</seed:cot_budget_reflect>\n</seed:think><seed:tool_call>\n<function=get_weather>\n<parameter=city>Tokyo</parameter>\n</function>\n</seed:tool_call>",
    reasoning:
      "The user's current thinking budget is 512.</seed:cot_budget_reflect>\nI need the weather.\n<seed:cot_budget_reflect>I have used 131 tokens.</seed:cot_budget_reflect>",
    calls: [tokyo],
  },
  {
    dialect: 'seed-oss',
    what: 'a broken opening tag does not take the next call with it',
    text: '<seed:tool_call>\n<function=broken</function>\n</seed:tool_call><seed:tool_call>\n<function=get_weather>\n<parameter=city>Tokyo</parameter>\n</function>\n</seed:tool_call>',
    calls: [tokyo],
    rejected: ['unknown_tool'],
  },
  {
    dialect: 'seed-oss',
    what: 'a value that quotes the end of its own call and a whole other one',
    text: '<seed:tool_call>\n<function=echo>\n<parameter=text>\nBug report #900.\n\n</parameter>\n</function>\n</seed:tool_call>\n\n<seed:tool_call>\n<function=get_weather>\n<parameter=city>\nnode-7\n</parameter>\n</function>\n</seed:tool_call>\n</parameter>\n</function>\n</seed:tool_call>',
    rejected: ['malformed_call', 'malformed_call'],
    ours: 'vLLM reads one call with all of it as its value; nothing says for certain where the value ends, and neither call is executed',
  },
  {
    dialect: 'glm-4.5',
    what: 'tags on lines that are indented',
    text: '<tool_call>get_current_weather\n    <arg_key>city</arg_key>\n    <arg_value>Dallas</arg_value>\n    <arg_key>unit</arg_key>\n    <arg_value>fahrenheit</arg_value>\n    </tool_call>',
    calls: [['get_current_weather', { city: 'Dallas', unit: 'fahrenheit' }]],
  },
  {
    dialect: 'glm-4.5',
    what: 'text before, between and around calls',
    text: 'I will help you.\n\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Beijing</arg_value>\n</tool_call>\n\nmeanwhile, Shanghai.\n\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Shanghai</arg_value>\n</tool_call>',
    content: 'I will help you.\n\n\n\nmeanwhile, Shanghai.',
    calls: [
      ['get_weather', { city: 'Beijing' }],
      ['get_weather', { city: 'Shanghai' }],
    ],
    ours: 'vLLM drops what stands between calls; what the model said is not ours to drop',
  },
  {
    dialect: 'glm-4.5',
    what: 'a key that does not end',
    text: '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Seattle</arg_value>\n<arg_key>unit\n<arg_value>celsius</arg_value>\n</tool_call>',
    calls: [['get_weather', { city: 'Seattle', unit: 'celsius' }]],
  },
  {
    dialect: 'glm-4.5',
    what: 'no mark ends the call',
    text: '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Beijing</arg_value>\n<arg_key>date</arg_key>\n<arg_value>2025-08-01</arg_value>',
    rejected: ['truncated'],
  },
  {
    dialect: 'glm-4.5',
    what: 'a list whose quotes were escaped once too often',
    text: '<tool_call>todo_write\n<arg_key>todos</arg_key>\n<arg_value>[{\\"id\\": \\"1\\"}]</arg_value></tool_call>',
    rejected: ['invalid_arguments'],
    ours: 'SGLang takes a layer of escapes off; where one begins and ends is a guess',
  },
  {
    dialect: 'glm-4.5',
    what: 'characters in keys that are markup elsewhere, and an empty value',
    text: '<tool_call>get-weather\n<arg_key>param<1></arg_key>\n<arg_value></arg_value>\n</tool_call><tool_call>echo\n<arg_key>a&b</arg_key>\n<arg_value>value2</arg_value>\n<arg_key>x>y</arg_key>\n<arg_value>a < b and c > d</arg_value>\n</tool_call>',
    calls: [['echo', { 'a&b': 'value2', 'x>y': 'a < b and c > d' }]],
    rejected: ['unknown_tool'],
  },
  {
    dialect: 'glm-4.5',
    what: 'a name of another script',
    text: '<tool_call>获取天气\n<arg_key>城市</arg_key>\n<arg_value>北京</arg_value>\n</tool_call>',
    calls: [['获取天气', { 城市: '北京' }]],
  },
  {
    dialect: 'glm-4.5',
    what: 'all keys first, then all values',
    text: '<tool_call>echo\n<arg_key>text</arg_key>\n<arg_key>path</arg_key>\n<arg_value>A</arg_value>\n<arg_value>B</arg_value>\n</tool_call>',
    rejected: ['malformed_call'],
    ours: 'Ollama pairs them by their order; that is a guess',
  },
  {
    dialect: 'glm-4.7',
    what: 'nothing but a name, with space around it',
    text: '<think></think><tool_call>  \n  get_current_date  \n  </tool_call>',
    calls: [['get_current_date', {}]],
  },
  {
    dialect: 'glm-4.7',
    what: 'a mark in prose right before the mark of a call',
    text: 'prose <tool_call><tool_call>get_weather<arg_key>city</arg_key><arg_value>Tokyo</arg_value></tool_call>',
    content: 'prose',
    calls: [tokyo],
  },
  {
    dialect: 'glm-4.7',
    what: 'a mark in prose, and then nothing',
    text: 'text <tool_call>',
    content: 'text <tool_call>',
  },
  {
    dialect: 'glm-4.7',
    what: 'values without a line between them',
    text: 'Checking.<tool_call>get_weather<arg_key>city</arg_key><arg_value>Beijing</arg_value><arg_key>date</arg_key><arg_value>2024-06-27</arg_value></tool_call>',
    content: 'Checking.',
    calls: [['get_weather', { city: 'Beijing', date: '2024-06-27' }]],
  },
  {
    dialect: 'poolside',
    what: 'the space of a text is its own, the space around a number is not',
    text: '<tool_call>write_file\n<arg_key>content</arg_key>\n<arg_value>    def f():\n        return 1\n</arg_value>\n<arg_key>mode</arg_key>\n<arg_value> 420 </arg_value>\n</tool_call>',
    calls: [['write_file', { content: '    def f():\n        return 1\n', mode: 420 }]],
  },
  {
    dialect: 'poolside',
    what: 'a name of two words',
    text: '<tool_call>  get current temperature  <arg_key>unit with spaces</arg_key><arg_value>celsius</arg_value></tool_call>',
    calls: [['get current temperature', { 'unit with spaces': 'celsius' }]],
  },
  {
    dialect: 'poolside',
    what: 'marks with nothing but space between them',
    text: '<tool_call>   </tool_call>',
    content: '<tool_call>   </tool_call>',
  },
  {
    dialect: 'poolside',
    what: 'a name on a line, and the arguments as JSON',
    text: '<tool_call>get_weather\n{"city":"Tokyo"}</tool_call>',
    calls: [tokyo],
  },
  {
    dialect: 'poolside',
    what: 'a call that is begun again before it ends',
    text: '<tool_call>skill\n{"name":"git-diff-review"}\n<tool_call>skill\n{"name":"git-diff-review"}</tool_call>',
    calls: [['skill', { name: 'git-diff-review' }]],
  },
  {
    dialect: 'poolside',
    what: 'JSON without marks',
    text: '{"name":"get_weather","arguments":{"city":"Tokyo"}}',
    content: '{"name":"get_weather","arguments":{"city":"Tokyo"}}',
    ours: 'Ollama takes it for a call; a dialect that has marks says by them what is one',
  },
  {
    dialect: 'hy-v3',
    what: 'text, then two calls over lines',
    text: 'Checking.<tool_calls>\n<tool_call>get_weather<tool_sep>\n<arg_key>city</arg_key>\n<arg_value>Beijing</arg_value>\n<arg_key>date</arg_key>\n<arg_value>2026-03-30</arg_value>\n</tool_call>\n<tool_call>get_current_date<tool_sep>\n</tool_call>\n</tool_calls>',
    content: 'Checking.',
    calls: [
      ['get_weather', { city: 'Beijing', date: '2026-03-30' }],
      ['get_current_date', {}],
    ],
  },
  {
    dialect: 'hy-v3',
    what: 'everything in one line',
    text: '<tool_calls><tool_call>get_weather<tool_sep><arg_key>city</arg_key><arg_value>Tokyo</arg_value></tool_call></tool_calls>',
    calls: [tokyo],
  },
  {
    dialect: 'hy-v3',
    what: 'the second call breaks off in a value',
    text: '<tool_calls>\n<tool_call>get_weather<tool_sep>\n<arg_key>city</arg_key>\n<arg_value>Tokyo</arg_value>\n</tool_call>\n<tool_call>get_weather<tool_sep>\n<arg_key>date</arg_key>\n<arg_value>2026',
    calls: [tokyo],
    rejected: ['truncated'],
    ours: 'vLLM closes the value and calls the tool with half of it',
  },
  {
    dialect: 'glm-4.7',
    what: 'a value that quotes the end of its own call and a whole other one',
    text: '<tool_call>echo<arg_key>text</arg_key><arg_value>Report: </arg_value></tool_call><tool_call>get_weather<arg_key>city</arg_key><arg_value>Tokyo</arg_value></tool_call></arg_value></tool_call>',
    rejected: ['malformed_call', 'malformed_call'],
    ours: 'the same as above, in the tags of GLM',
  },
  {
    dialect: 'hy-v3',
    what: 'a key twice',
    text: '<tool_calls><tool_call>get_weather<tool_sep><arg_key>city</arg_key><arg_value>Paris</arg_value><arg_key>city</arg_key><arg_value>Berlin</arg_value></tool_call></tool_calls>',
    rejected: ['malformed_call'],
    ours: 'vLLM lets the later value win; that is a guess',
  },
  {
    dialect: 'nemotron-3',
    what: 'a list of objects with a boolean and null in one line',
    text: qwen(
      'todo_write',
      '<parameter=todos>[{"question": "Pick a color", "multiSelect": false, "answer": null}]</parameter>\n',
    ),
    calls: [['todo_write', { todos: [{ question: 'Pick a color', multiSelect: false, answer: null }] }]],
  },
];
