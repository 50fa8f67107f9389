import { answeringBody } from '../bodies/answering-body.js';
import { jsonBody, keyedBody } from '../bodies/json-body.js';
import { taggedBody, writeTagged } from '../bodies/tagged-body.js';
import { unreadableBody } from '../bodies/unreadable-body.js';
import type { WrittenCall } from '../body.js';
import type { Dialect } from '../dialect.js';
import { BARE_FUNCTION, CHATML_ENDS, each, form, jsonCall, jsonList, THINK, TOOL_CALL } from './parts.js';
import { FUNCTION_TAGS } from './spellings.js';

/** Dialects that write calls as JSON between marks. */

const inToolCall = (text: string): string => `<tool_call>\n${text}\n</tool_call>`;

export const hermes: Dialect = {
  name: 'hermes',
  reasoning: [THINK],
  forms: [TOOL_CALL],
  noise: [...CHATML_ENDS, '<tool_response>', '</tool_response>'],
  write: (calls) => each(calls, (call) => inToolCall(jsonCall(call))),
};

const qwenLike = (name: string, more: Partial<Dialect> = {}): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [TOOL_CALL, BARE_FUNCTION],
  noise: CHATML_ENDS,
  prompt: { tools: { marks: ['<tools>\n', '\n</tools>'], entry: 'tags' } },
  write: (calls) => each(calls, (call) => inToolCall(writeTagged(call, FUNCTION_TAGS))),
  ...more,
});

export const qwen3Coder = qwenLike('qwen3-coder');
export const nemotron3 = qwenLike('nemotron-3');
export const step35 = qwenLike('step-3.5');

export const seedOss = qwenLike('seed-oss', {
  reasoning: [{ open: '<seed:think>', close: '</seed:think>' }, THINK],
  forms: [form('<seed:tool_call>', '</seed:tool_call>', [taggedBody(FUNCTION_TAGS), jsonBody]), BARE_FUNCTION],
  noise: ['<seed:eos>', '<seed:bos>'],
  prompt: {},
  write: (calls) => each(calls, (call) => `<seed:tool_call>\n${writeTagged(call, FUNCTION_TAGS)}\n</seed:tool_call>`),
});

export const granite4: Dialect = {
  ...hermes,
  name: 'granite-4',
  noise: ['<|end_of_text|>', '<|start_of_role|>', '<|end_of_role|>'],
};
export const longcat: Dialect = {
  name: 'longcat',
  reasoning: [{ open: '<longcat_think>', close: '</longcat_think>' }, THINK],
  forms: [form('<longcat_tool_call>', '</longcat_tool_call>', TOOL_CALL.bodies)],
  noise: ['<longcat_s>', '</longcat_s>'],
  write: (calls) => each(calls, (call) => `<longcat_tool_call>\n${jsonCall(call)}\n</longcat_tool_call>`),
};
export const ernie45: Dialect = {
  ...hermes,
  name: 'ernie-4.5',
  noise: ['<response>', '</response>', '<|end_of_sentence|>', '</s>'],
  prompt: {
    tools: { marks: ['<tool_list>\n', '\n</tool_list>'], entry: 'openai', list: true },
    results: { each: ['<tool_output>\n', '\n</tool_output>'] },
  },
};
export const nemotronNano2: Dialect = {
  name: 'nemotron-nano-2',
  reasoning: [THINK],
  forms: [form('<TOOLCALL>', '</TOOLCALL>', [jsonBody])],
  noise: ['<SPECIAL_12>', '</s>'],
  prompt: {
    tools: { marks: ['<AVAILABLE_TOOLS>', '</AVAILABLE_TOOLS>'], entry: 'function', list: true },
    results: { marks: ['<TOOL_RESPONSE>[', ']</TOOL_RESPONSE>'], each: ['', ''], json: true, separator: ', ' },
  },
  write: (calls) => `<TOOLCALL>${jsonList(calls)}</TOOLCALL>`,
};

const toolCallsList = (name: string): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [form('<tool_calls>', '</tool_calls>', [jsonBody])],
  noise: ['<|im_end|>', '<|eom|>', '<|endoftext|>', '<answer>', '</answer>'],
  write: (calls) => `<tool_calls>${jsonList(calls)}</tool_calls>`,
});
export const hunyuanA13b = toolCallsList('hunyuan-a13b');
export const jamba = toolCallsList('jamba');
export const apriel: Dialect = {
  ...toolCallsList('apriel'),
  reasoning: [
    THINK,
    { open: '<thinking>', close: '</thinking>' },
    { open: 'Here are my reasoning steps:', close: '[BEGIN FINAL RESPONSE]' },
  ],
  noise: ['[END FINAL RESPONSE]', '<|end|>'],
  prompt: { tools: { marks: ['<available_tools>\n', '\n</available_tools>'], entry: 'function', list: true } },
};

export const granite3: Dialect = {
  name: 'granite-3',
  reasoning: [THINK, { open: 'Here is my thought process:', close: 'Here is my response:' }],
  forms: [
    form('<|tool_call|>', '', [jsonBody]),
    form('<tool_call>', '</tool_call>', [jsonBody]),
    form('<function_call>', '', [jsonBody]),
  ],
  noise: ['<|end_of_text|>'],
  write: (calls) => `<|tool_call|>${jsonList(calls)}`,
};
export const apertus: Dialect = {
  name: 'apertus',
  reasoning: [{ open: '<|inner_prefix|>', close: '<|inner_suffix|>' }],
  forms: [form('<|tools_prefix|>', '<|tools_suffix|>', [keyedBody])],
  noise: ['<|assistant_end|>'],
  write: (calls) =>
    `<|tools_prefix|>[${calls.map(({ name, arguments: args }) => `{${JSON.stringify(name)}: ${JSON.stringify(args)}}`).join(', ')}]<|tools_suffix|>`,
};
export const gigachat3: Dialect = {
  name: 'gigachat-3',
  reasoning: [],
  forms: [form('function call<|role_sep|>\n', '', [jsonBody])],
  noise: ['<|message_sep|>', '<|role_sep|>', '</s>'],
  write: (calls) => each(calls, (call) => `<|message_sep|>\n\nfunction call<|role_sep|>\n${jsonCall(call)}`, ''),
};
export const gigachat31: Dialect = {
  name: 'gigachat-3.1',
  reasoning: [],
  forms: [form('<|function_call|>', '', [jsonBody])],
  noise: ['<|message_sep|>', '<|role_sep|>', '</s>'],
  write: (calls) => each(calls, (call) => `<|function_call|>${jsonCall(call)}`, ''),
};
export const internlm2: Dialect = {
  name: 'internlm-2',
  reasoning: [THINK],
  forms: [
    form('<|action_start|><|plugin|>', '<|action_end|>', [jsonBody]),
    form('<|action_start|> <|plugin|>', '<|action_end|>', [jsonBody]),
  ],
  noise: [...CHATML_ENDS, '<|action_start|>', '<|plugin|>', '<|interpreter|>'],
  write: (calls) =>
    each(calls, (call) => `<|action_start|><|plugin|>\n${jsonCall(call, 'parameters')}\n<|action_end|>`),
};
export const inkling: Dialect = {
  name: 'inkling',
  reasoning: [{ open: '<|content_thinking|>', close: '<|end_message|>' }],
  forms: [
    form('<|content_invoke_tool_json|>', '<|end_message|>', [jsonBody]),
    form('<|content_invoke_tool_text|>', '<|end_message|>', [unreadableBody]),
  ],
  // The author's name may stand before what a message holds.
  spans: [{ open: '<|message_model|>', close: '<|content_', keepsClose: true }],
  noise: ['<|message_model|>', '<|content_text|>', '<|end_message|>'],
  write: (calls) =>
    each(calls, (call) => `<|message_model|><|content_invoke_tool_json|>${jsonCall(call, 'args')}<|end_message|>`, ''),
};
const functools = (name: string): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [form('functools', '', [jsonBody], { where: 'line' })],
  noise: ['<|end|>', '<|endoftext|>', '<|eot_id|>', '<|tool_call|>', '<|/tool_call|>'],
  prompt: { tools: { marks: ['<|tool|>', '<|/tool|>'], entry: 'function', list: true } },
  write: (calls) => `functools${jsonList(calls)}`,
});
export const phi4 = functools('phi-4');
export const firefunction = functools('firefunction');

const commandBody = answeringBody(jsonBody);
const commandForms = [
  form('<|START_ACTION|>', '<|END_ACTION|>', [commandBody]),
  form('Action:\n```json', '```', [commandBody], { where: 'line' }),
  form('Action: ```json', '```', [commandBody], { where: 'line' }),
];
// `<co>text</co: 0:[1]>`
const commandCitations = [{ open: '</co: ', close: '>' }];
const commandNoise = [
  '<co>',
  '<|START_RESPONSE|>',
  '<|END_RESPONSE|>',
  '<|START_TEXT|>',
  '<|END_TEXT|>',
  '<|END_OF_TURN_TOKEN|>',
  '<|START_OF_TURN_TOKEN|>',
  '<|CHATBOT_TOKEN|>',
];
const commandCall = ({ name, arguments: args }: WrittenCall): string =>
  `{"tool_name": ${JSON.stringify(name)}, "parameters": ${JSON.stringify(args)}}`;
export const commandRPlus: Dialect = {
  name: 'command-r-plus',
  reasoning: [{ open: '<|START_THINKING|>', close: '<|END_THINKING|>' }],
  forms: commandForms,
  noise: commandNoise,
  spans: commandCitations,
  prompt: {
    tools: { entry: 'function', list: true },
    results: { marks: ['<results>\n', '\n</results>'], each: ['Document: {index}\n', ''], separator: '\n\n' },
  },
  write: (calls) => `Action:\n\`\`\`json\n[\n${each(calls, commandCall, ',\n')}\n]\n\`\`\``,
};
export const commandR7b: Dialect = {
  ...commandRPlus,
  name: 'command-r7b',
  prompt: {
    tools: { entry: 'function', list: true },
    results: {
      marks: ['<|START_TOOL_RESULT|>[\n', '\n]<|END_TOOL_RESULT|>'],
      each: ['{"tool_call_id": "{index}", "results": {"0": ', '}, "is_error": null}'],
      json: true,
      separator: ',\n',
    },
  },
  write: (calls) => {
    const list = each(calls, (call, index) => `{"tool_call_id": "${index}", ${commandCall(call).slice(1)}`, ',\n');
    return `<|START_ACTION|>[\n${list}\n]<|END_ACTION|>`;
  },
};
