import type { Case } from '../peers-b.fixture.js';
import { tokyo, la, special, nothing, cut, doe, DOE, LA } from './shared.fixture.js';

/** Calls as Python writes them: Llama 3.2 and 4, LFM2, OLMo 3. */
export const PYTHON: readonly Case[] = [
  ['pythonic', 'all types', `[${DOE}]`, { calls: [['register_user', doe]] }],
  [
    'pythonic',
    'several, without spaces',
    `[get_weather(city='LA',metric='C'),register_user(name='Doe',age=9)]`,
    { calls: [la, ['register_user', { name: 'Doe', age: 9 }]] },
  ],
  [
    'pythonic',
    'no arguments, empty values',
    '[get_weather(), do_something_cool(additional_data={}), do_something_cool(steps=[])]',
    {
      calls: [
        ['get_weather', {}],
        ['do_something_cool', { additional_data: {} }],
        ['do_something_cool', { steps: [] }],
      ],
    },
  ],
  [
    'pythonic',
    'escaped quotes',
    String.raw`[get_weather(city='Martha\'s Vineyard', metric='\"cool units\"')]`,
    { calls: [['get_weather', { city: "Martha's Vineyard", metric: '"cool units"' }]] },
  ],
  [
    'pythonic',
    'brackets in the arguments',
    `[search(query='test', config={'options': [1, 2], 'nested': {'key': 'value'}})]`,
    { calls: [['search', { query: 'test', config: { options: [1, 2], nested: { key: 'value' } } }]] },
  ],
  [
    'pythonic',
    'text behind',
    "[get_weather(city='Tokyo')] Here's the forecast:",
    { calls: [tokyo], content: "Here's the forecast:" },
  ],
  // SGLang executes what stands within a sentence: a bracket says too little.
  [
    'pythonic',
    'a call within a sentence',
    "Here's a tool call: [get_weather(city='Tokyo')]",
    { content: "Here's a tool call: [get_weather(city='Tokyo')]" },
  ],
  [
    'pythonic',
    'a second list behind text',
    "[get_weather(city='Tokyo')] and [search(query='x')]",
    { calls: [tokyo], content: "and [search(query='x')]" },
  ],
  ['pythonic', 'a bracket at the end', "Let's try this: [", { content: "Let's try this: [" }],
  ['pythonic', 'brackets that hold no call', 'hello world[A(A=\t)A(A=,\t', { content: 'hello world[A(A=\t)A(A=,\t' }],
  [
    'pythonic',
    'quotes that do not match',
    `[f(a='x 'y' 'z), g(b='p 'q' 'r)]`,
    { content: `[f(a='x 'y' 'z), g(b='p 'q' 'r)]` },
  ],
  ['pythonic', 'brackets that do not match', '[refresh(x=1])]', { content: '[refresh(x=1])]' }],
  ['pythonic', 'an unknown tool: a list in an answer', '[foo(x=1)]', { content: '[foo(x=1)]' }],
  ['pythonic', 'cut off', "[get_weather(city='San", cut],
  ['llama-4', 'all types', `[${DOE}]`, { calls: [['register_user', doe]] }],
  ['llama-4', 'between its marks', `<|python_start|>[${LA}]<|python_end|>`, { calls: [la] }],
  [
    'llama-4',
    'without the closing mark',
    `<|python_start|>[${LA}, register_user(name='Doe', age=9)]`,
    { calls: [la, ['register_user', { name: 'Doe', age: 9 }]] },
  ],
  [
    'llama-4',
    'text on both sides',
    "The weather on Mars. <|python_start|>[get_weather(location='Mars', unit='celsius')]<|python_end|> So we get it.",
    { calls: [['get_weather', { location: 'Mars', unit: 'celsius' }]], content: 'The weather on Mars.  So we get it.' },
  ],
  // vLLM executes what it can read behind: where the next call begins is guessed then.
  ['llama-4', 'behind one that cannot be read', `<|python_start|>[bad(x=b'z'), ${LA}]<|python_end|>`, nothing],
  ['llama-4', 'an infinite number', `<|python_start|>[set_values(left=1e999), ${LA}]<|python_end|>`, nothing],
  ['llama-4', 'brackets that do not match', '<|python_start|>[foo(x=1])]<|python_end|>', nothing],
  [
    'lfm2',
    'a string that looks like a number',
    `<|tool_call_start|>[get_time(timezone='12345')]<|tool_call_end|>`,
    { calls: [['get_time', { timezone: '12345' }]] },
  ],
  ['lfm2', 'all types', `<|tool_call_start|>[${LA}, ${DOE}]<|tool_call_end|>`, { calls: [la, ['register_user', doe]] }],
  [
    'lfm2',
    'text behind',
    `<|tool_call_start|>[${LA}]<|tool_call_end|>\nChecking the current status.`,
    { calls: [la], content: 'Checking the current status.' },
  ],
  [
    'lfm2',
    'a name with a dot',
    '<|tool_call_start|>[Calendar.create_event(title="demo", participants=["Alice", "Bob"], metadata={"priority": "high", "reminder": true})]<|tool_call_end|>',
    {
      calls: [
        [
          'Calendar.create_event',
          { title: 'demo', participants: ['Alice', 'Bob'], metadata: { priority: 'high', reminder: true } },
        ],
      ],
    },
  ],
  [
    'lfm2',
    'a bracket within a string',
    `<|tool_call_start|>[bash(command='grep -F "]" log.txt')]<|tool_call_end|>`,
    { calls: [['bash', { command: 'grep -F "]" log.txt' }]] },
  ],
  [
    'lfm2',
    'bare line breaks within a string',
    `<|tool_call_start|>[bash(command='cat > f.py << EOF\nimport csv\nEOF')]<|tool_call_end|>`,
    { calls: [['bash', { command: 'cat > f.py << EOF\nimport csv\nEOF' }]] },
  ],
  [
    'lfm2',
    'a NUL within a string',
    `<|tool_call_start|>[bash(command='printf a\u0000b')]<|tool_call_end|>`,
    { calls: [['bash', { command: 'printf a\u0000b' }]] },
  ],
  [
    'lfm2',
    'a set',
    `<|tool_call_start|>[label(tags={'urgent', 'bug'})]<|tool_call_end|>`,
    { calls: [['label', { tags: ['urgent', 'bug'] }]] },
  ],
  [
    'lfm2',
    'numbers with a leading zero',
    '<|tool_call_start|>[set_values(month=07, day=05)]<|tool_call_end|>',
    { calls: [['set_values', { month: 7, day: 5 }]] },
  ],
  // vLLM looks for the quote that was meant: which one is a guess, and this is a shell.
  [
    'lfm2',
    'quotes within quotes',
    `<|tool_call_start|>[bash(command='sed -n '360,450p' /testbed/common.py')]<|tool_call_end|>`,
    nothing,
  ],
  ['lfm2', 'an empty list', '<|tool_call_start|>[ ]<|tool_call_end|>', {}],
  ['lfm2', 'space behind the mark', `<|tool_call_start|> [${LA}]<|tool_call_end|>`, { calls: [la] }],
  [
    'lfm2',
    'before one that cannot be read',
    `<|tool_call_start|>[${LA}, bad(x=b'z')]<|tool_call_end|>`,
    { calls: [la], ...nothing },
  ],
  [
    'lfm2',
    'one block behind the other, and text between',
    `<|tool_call_start|>[${LA}]<|tool_call_end|>Checking again.<|tool_call_start|>[${LA}]<|tool_call_end|>`,
    { calls: [la, la], content: 'Checking again.' },
  ],
  [
    'lfm2',
    'text before, of several bytes a character',
    `Vérifions 🌍.<|tool_call_start|>[${LA}]<|tool_call_end|>`,
    { calls: [la], content: 'Vérifions 🌍.' },
  ],
  ['lfm2', 'a mark that is another', 'Example: <|tool_call_started|>', { content: 'Example: <|tool_call_started|>' }],
  ['lfm2', 'a mark that is not whole', 'Example: <|tool_call_sta', { content: 'Example: <|tool_call_sta' }],
  [
    'lfm2',
    'links',
    'Use this: [link text](url). Example: [Wikipedia](https://www.wikipedia.org).',
    { content: 'Use this: [link text](url). Example: [Wikipedia](https://www.wikipedia.org).' },
  ],
  [
    'lfm2',
    "JSON's words",
    '<|tool_call_start|>[process(name="test", count=42, enabled=true)]<|tool_call_end|>',
    { calls: [['process', { name: 'test', count: 42, enabled: true }]] },
  ],
  [
    'lfm2',
    'a list and a dict',
    `Processing.<|tool_call_start|>[process(items=['item1','item2'], config={'enabled': True, 'threshold': 0.95})]<|tool_call_end|>`,
    {
      calls: [['process', { items: ['item1', 'item2'], config: { enabled: true, threshold: 0.95 } }]],
      content: 'Processing.',
    },
  ],
  [
    'lfm2',
    'JSON in place of Python',
    '<|tool_call_start|>[{"name": "get_weather", "arguments": {"city": "Tokyo"}}]<|tool_call_end|>',
    { calls: [tokyo] },
  ],
  [
    'lfm2',
    'code with line breaks',
    String.raw`<|tool_call_start|>[python(code="def hello():\n    print('hey')")]<|tool_call_end|>`,
    { calls: [['python', { code: "def hello():\n    print('hey')" }]] },
  ],
  [
    'lfm2',
    'a call that was only thought',
    `<think>Let me think about <|tool_call_start|>[${LA}]<|tool_call_end|> hmm</think><|tool_call_start|>[special_function(arg1=1)]<|tool_call_end|>`,
    { calls: [special], reasoning: `Let me think about <|tool_call_start|>[${LA}]<|tool_call_end|> hmm` },
  ],
  [
    'lfm2',
    'reasoning, text and a call',
    `<think>I should check.</think>Let me look.<|tool_call_start|>[${LA}]<|tool_call_end|>`,
    { calls: [la], reasoning: 'I should check.', content: 'Let me look.' },
  ],
  [
    'olmo-3',
    'all types, and a line each',
    `<function_calls>${LA}\n${DOE}</function_calls>`,
    { calls: [la, ['register_user', doe]] },
  ],
  [
    'olmo-3',
    "JSON's words",
    `<function_calls>register_user(name='Doe', role=null, passed_test=true)</function_calls>`,
    { calls: [['register_user', { name: 'Doe', role: null, passed_test: true }]] },
  ],
  [
    'olmo-3',
    'no arguments, empty values',
    '<function_calls>get_weather()\ndo_something_cool(steps=[])</function_calls>',
    {
      calls: [
        ['get_weather', {}],
        ['do_something_cool', { steps: [] }],
      ],
    },
  ],
  [
    'olmo-3',
    'text before',
    `Let me check the weather.<function_calls>${LA}</function_calls>`,
    { calls: [la], content: 'Let me check the weather.' },
  ],
  [
    'olmo-3',
    'a dict within a dict',
    '<function_calls>set_values(nested={"user": {"name": "John", "age": 30}, "active": true})</function_calls>',
    { calls: [['set_values', { nested: { user: { name: 'John', age: 30 }, active: true } }]] },
  ],
  // Ollama drops it: the call is whole, only the mark around it is not.
  ['olmo-3', 'without the closing mark', `<function_calls>${LA}`, { calls: [la] }],
  // Ollama drops it: what begins like no call is somebody's mention of the mark.
  [
    'olmo-3',
    'no call between the marks',
    '<function_calls>not a function call</function_calls>',
    { content: '<function_calls>not a function call</function_calls>' },
  ],
  ['olmo-3', 'behind one that cannot be read', `<function_calls>bad(x=b'z')\n${LA}</function_calls>`, nothing],
  ['olmo-3', 'brackets that do not match', '<function_calls>refresh(x=1])</function_calls>', nothing],
];
