import { bareJsonBody, barePythonBody } from '../bodies/bare-body.js';
import { bareBraceBody, braceBody, writeBraces } from '../bodies/brace-body.js';
import { jsonBody, keyedBody } from '../bodies/json-body.js';
import { namedBody } from '../bodies/named-body.js';
import { keyValueBody, writeKeyValues } from '../bodies/key-value-body.js';
import { M3_MARK, namespacedBody, writeNamespaced } from '../bodies/namespaced-body.js';
import { builtInBody, pythonLinesBody, pythonListBody, writePythonCall } from '../bodies/python-body.js';
import { recordBody } from '../bodies/record-body.js';
import { sectionBody } from '../bodies/section-body.js';
import { taggedBody, writeTagged } from '../bodies/tagged-body.js';
import { unreadableBody } from '../bodies/unreadable-body.js';
import type { WrittenCall } from '../body.js';
import type { CallForm, Dialect } from '../dialect.js';
import {
  BARE_FUNCTION,
  CHATML_ENDS,
  each,
  form,
  FUNCTION_JSON,
  invokeTagsBody,
  jsonCall,
  jsonList,
  LLAMA_ENDS,
  THINK,
  TOOL_CALL,
} from './parts.js';
import { DSML_TAGS, FUNCTION_TAGS, INVOKE_TAGS, PARAM_TAGS, STEP_TAGS, XTML_TAGS } from './spellings.js';

const inToolCall = (text: string): string => `<tool_call>\n${text}\n</tool_call>`;
const NAME = String.raw`[\w.\-:/]+`;

// --- JSON between marks -------------------------------------------------------------------------------------------

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
};
export const nemotronNano2: Dialect = {
  name: 'nemotron-nano-2',
  reasoning: [THINK],
  forms: [form('<TOOLCALL>', '</TOOLCALL>', [jsonBody])],
  noise: ['<SPECIAL_12>', '</s>'],
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
  write: (calls) => `functools${jsonList(calls)}`,
});
export const phi4 = functools('phi-4');
export const firefunction = functools('firefunction');

const commandForms = [
  form('<|START_ACTION|>', '<|END_ACTION|>', [jsonBody]),
  form('Action:\n```json', '```', [jsonBody], { where: 'line' }),
  form('Action: ```json', '```', [jsonBody], { where: 'line' }),
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
  write: (calls) => `Action:\n\`\`\`json\n[\n${each(calls, commandCall, ',\n')}\n]\n\`\`\``,
};
export const commandR7b: Dialect = {
  ...commandRPlus,
  name: 'command-r7b',
  write: (calls) => {
    const list = each(calls, (call, index) => `{"tool_call_id": "${index}", ${commandCall(call).slice(1)}`, ',\n');
    return `<|START_ACTION|>[\n${list}\n]<|END_ACTION|>`;
  },
};

// --- Tags ---------------------------------------------------------------------------------------------------------

/** A name on a line, and JSON below it: GLM's kin at times. */
const namedJsonBody = recordBody({ separators: [] }, new RegExp(`^\\s*${NAME}\\s*\\n\\s*\\{`, 'u'));
const glm = (name: string, spelling: { afterName: string; between: string }): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [form('<tool_call>', '</tool_call>', [jsonBody, keyValueBody, namedJsonBody])],
  noise: ['<|user|>', '<|assistant|>', '<|observation|>', '<|endoftext|>', '/nothink'],
  write: (calls) => each(calls, (call) => `<tool_call>${writeKeyValues(call, spelling)}</tool_call>`),
});
export const glm45 = glm('glm-4.5', { afterName: '\n', between: '\n' });
export const glm47 = glm('glm-4.7', { afterName: '', between: '' });
export const poolside = glm('poolside', { afterName: '\n', between: '\n' });
export const hyV3: Dialect = {
  name: 'hy-v3',
  reasoning: [THINK],
  forms: [
    form('<tool_calls>', '</tool_calls>', [sectionBody('<tool_call>'), jsonBody]),
    form('<tool_call>', '</tool_call>', [keyValueBody, jsonBody]),
  ],
  noise: ['</tool_calls>', '<answer>', '</answer>'],
  write: (calls) => {
    const spelling = { afterName: '<tool_sep>\n', between: '' };
    const list = each(calls, (call) => `<tool_call>${writeKeyValues(call, spelling)}\n</tool_call>`);
    return `<tool_calls>\n${list}\n</tool_calls>`;
  },
};

const dsmlForm = (wrapper: string): CallForm =>
  form(`<｜DSML｜${wrapper}>`, `</｜DSML｜${wrapper}>`, [taggedBody(DSML_TAGS)]);
const dsml = (name: string, wrapper: string): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [
    // Each version knows the section of the other.
    dsmlForm('function_calls'),
    dsmlForm('tool_calls'),
    form('<｜DSML｜invoke', [], [taggedBody(DSML_TAGS)], { keepsOpen: true }),
  ],
  noise: ['<｜end▁of▁sentence｜>', '<｜Assistant｜>'],
  write: (calls) =>
    `<｜DSML｜${wrapper}>\n${each(calls, (call) => writeTagged(call, DSML_TAGS))}\n</｜DSML｜${wrapper}>`,
});
export const deepseekV32 = dsml('deepseek-v3.2', 'function_calls');
export const deepseekV4 = dsml('deepseek-v4', 'tool_calls');

export const minimaxM2: Dialect = {
  name: 'minimax-m2',
  reasoning: [THINK],
  forms: [form('<minimax:tool_call>', '</minimax:tool_call>', [invokeTagsBody])],
  noise: ['[e~[', ']~b]', ']~!b['],
  write: (calls) =>
    `<minimax:tool_call>\n${each(calls, (call) => writeTagged(call, INVOKE_TAGS))}\n</minimax:tool_call>`,
};
export const minimaxM3: Dialect = {
  name: 'minimax-m3',
  reasoning: [{ open: '<mm:think>', close: '</mm:think>' }, THINK],
  forms: [
    form(`${M3_MARK}<tool_call>`, [`${M3_MARK}</tool_call>`, '</tool_call>'], [namespacedBody]),
    form(`${M3_MARK}<invoke`, [], [namespacedBody], { keepsOpen: true }),
  ],
  noise: [M3_MARK, '[e~[', ']~b]', ']~!b['],
  write: (calls) => `${M3_MARK}<tool_call>\n${each(calls, writeNamespaced)}\n${M3_MARK}</tool_call>`,
};
const stepBody = taggedBody(STEP_TAGS);
export const step3: Dialect = {
  name: 'step-3',
  reasoning: [THINK],
  forms: [
    form('<｜tool_call_begin｜>function<｜tool_sep｜>', '<｜tool_call_end｜>', [stepBody, namedBody(stepBody)]),
    form('<｜tool_call_begin｜>', '<｜tool_call_end｜>', [stepBody]),
  ],
  noise: ['<｜tool_calls_begin｜>', '<｜tool_calls_end｜>', '<｜tool_sep｜>'],
  write: (calls) =>
    `<｜tool_calls_begin｜>${each(calls, (call) => `<｜tool_call_begin｜>${writeTagged(call, STEP_TAGS)}<｜tool_call_end｜>`, '')}<｜tool_calls_end｜>`,
};
export const minicpm5: Dialect = {
  name: 'minicpm-5',
  reasoning: [THINK],
  forms: [form('<function', [], [taggedBody(PARAM_TAGS)], { keepsOpen: true })],
  noise: CHATML_ENDS,
  write: (calls) => each(calls, (call) => writeTagged(call, PARAM_TAGS)),
};
export const kimiK3: Dialect = {
  name: 'kimi-k3',
  reasoning: [
    { open: '<|open|>think<|sep|>', close: '<|close|>think<|sep|>' },
    { open: '<|open|> think <|sep|>', close: '<|close|> think <|sep|>' },
  ],
  forms: [form('<|open|>call', [], [taggedBody(XTML_TAGS)], { keepsOpen: true })],
  // Some servers put spaces around special tokens.
  noise: ['response', 'tools', 'message'].flatMap((part) =>
    ['open', 'close'].flatMap((end) => [`<|${end}|>${part}<|sep|>`, `<|${end}|> ${part} <|sep|>`]),
  ),
  write: (calls) => {
    const list = each(
      calls,
      (call, index) => writeTagged(call, XTML_TAGS).replace('<|sep|>', ` index="${index + 1}"<|sep|>`),
      '',
    );
    return `<|open|>tools<|sep|>${list}<|close|>tools<|sep|>`;
  },
};

// --- Records of special tokens ------------------------------------------------------------------------------------

const deepseekRecord = recordBody(
  { separators: ['<｜tool▁sep｜>'] },
  new RegExp(`^\\s*${NAME}\\s*<｜tool▁sep｜>`, 'u'),
);
const deepseek = (name: string, write: (call: WrittenCall) => string): Dialect => ({
  name,
  reasoning: [THINK],
  forms: [form('<｜tool▁call▁begin｜>', '<｜tool▁call▁end｜>', [deepseekRecord])],
  noise: [
    '<｜tool▁calls▁begin｜>',
    '<｜tool▁calls▁end｜>',
    '<｜tool▁sep｜>',
    '<｜tool▁outputs▁begin｜>',
    '<｜tool▁output▁begin｜>',
    '<｜tool▁output▁end｜>',
    '<｜tool▁outputs▁end｜>',
    '<｜end▁of▁sentence｜>',
    '<｜Assistant｜>',
  ],
  write: (calls) =>
    `<｜tool▁calls▁begin｜>${each(calls, (call) => `<｜tool▁call▁begin｜>${write(call)}<｜tool▁call▁end｜>`, '')}<｜tool▁calls▁end｜>`,
});
export const deepseekV3 = deepseek(
  'deepseek-v3',
  ({ name, arguments: args }) => `function<｜tool▁sep｜>${name}\n\`\`\`json\n${JSON.stringify(args)}\n\`\`\``,
);
export const deepseekV31 = deepseek(
  'deepseek-v3.1',
  ({ name, arguments: args }) => `${name}<｜tool▁sep｜>${JSON.stringify(args)}`,
);

export const kimiK2: Dialect = {
  name: 'kimi-k2',
  reasoning: [THINK, { open: '◁think▷', close: '◁/think▷' }],
  forms: [
    form('<|tool_call_begin|>', '<|tool_call_end|>', [
      recordBody(
        { separators: ['<|tool_call_argument_begin|>'], nameIsId: true },
        new RegExp(`^\\s*${NAME}\\s*<\\|tool_call_argument_begin`, 'u'),
      ),
    ]),
  ],
  noise: [
    '<|tool_calls_section_begin|>',
    '<|tool_calls_section_end|>',
    '<|tool_call_section_begin|>',
    '<|tool_call_section_end|>',
    '<|tool_call_argument_begin|>',
    '<|im_end|>',
  ],
  write: (calls) => {
    const list = each(
      calls,
      ({ id, name, arguments: args }, index) =>
        `<|tool_call_begin|>${id === '' ? `functions.${name}:${index}` : id}<|tool_call_argument_begin|>${JSON.stringify(args)}<|tool_call_end|>`,
      '',
    );
    return `<|tool_calls_section_begin|>${list}<|tool_calls_section_end|>`;
  },
};

const mistralRecord = recordBody(
  { separators: ['[ARGS]'], idMark: '[CALL_ID]' },
  new RegExp(`^\\s*${NAME}\\s*(?:\\[(?:ARGS\\]|CALL_ID\\]|[A-Z_]*$)|\\{|$)`, 'u'),
);
const mistralLike = (name: string, write: Dialect['write']): Dialect => ({
  name,
  reasoning: [{ open: '[THINK]', close: '[/THINK]' }, THINK],
  forms: [form('[TOOL_CALLS]', '', [jsonBody, mistralRecord])],
  noise: ['</s>', '[/TOOL_CALLS]', '<s>'],
  write,
});
export const mistral = mistralLike('mistral', (calls) => {
  const list = calls.map(({ id, name, arguments: args }) => ({ name, arguments: args, ...(id === '' ? {} : { id }) }));
  return `[TOOL_CALLS]${JSON.stringify(list)}`;
});
export const mistralV11 = mistralLike('mistral-v11', (calls) =>
  each(
    calls,
    ({ id, name, arguments: args }) =>
      `[TOOL_CALLS]${name}${id === '' ? '' : `[CALL_ID]${id}`}[ARGS]${JSON.stringify(args)}`,
    '',
  ),
);

export const functionary31: Dialect = {
  name: 'functionary-3.1',
  reasoning: [],
  forms: [FUNCTION_JSON, form('<|python_tag|>', '', [bareJsonBody])],
  noise: LLAMA_ENDS,
  write: (calls) =>
    each(calls, ({ name, arguments: args }) => `<function=${name}>${JSON.stringify(args)}</function>`, ''),
};

export const functionary32: Dialect = {
  name: 'functionary-3.2',
  reasoning: [],
  forms: [form('>>>', '', [recordBody({ separators: [] }, new RegExp(`^(?!all\\n)${NAME}\\n\\{`, 'u'))])],
  noise: [...LLAMA_ENDS, '>>>all\n'],
  prefix: { marker: '>>>', text: 'all\n' },
  write: (calls) => each(calls, ({ name, arguments: args }) => `${name}\n${JSON.stringify(args)}`, '\n>>>'),
};

// --- Python -------------------------------------------------------------------------------------------------------

const pythonList = (calls: readonly WrittenCall[]): string => `[${each(calls, writePythonCall, ', ')}]`;
const BARE_PYTHON = form('[', '', [barePythonBody], { keepsOpen: true, loose: true, where: 'start' });
const BARE_JSON = form('{', '', [bareJsonBody], { keepsOpen: true, loose: true });

export const llama3: Dialect = {
  name: 'llama-3',
  reasoning: [THINK],
  forms: [
    form('<|python_tag|>', '', [bareJsonBody, jsonBody, barePythonBody, builtInBody]),
    BARE_JSON,
    FUNCTION_JSON,
    BARE_PYTHON,
  ],
  noise: LLAMA_ENDS,
  write: (calls) => each(calls, (call) => jsonCall(call, 'parameters'), '; '),
};
export const llama4: Dialect = {
  name: 'llama-4',
  reasoning: [THINK],
  forms: [
    form('<|python_start|>', '<|python_end|>', [jsonBody, pythonListBody]),
    form('<|python_tag|>', '', [jsonBody, pythonListBody]),
    BARE_PYTHON,
    BARE_JSON,
    FUNCTION_JSON,
  ],
  noise: [...LLAMA_ENDS, '<|python_start|>', '<|python_end|>'],
  write: pythonList,
};
export const pythonic: Dialect = {
  name: 'pythonic',
  reasoning: [THINK],
  forms: [BARE_PYTHON],
  noise: LLAMA_ENDS,
  write: pythonList,
};
export const lfm2: Dialect = {
  name: 'lfm2',
  reasoning: [THINK],
  forms: [form('<|tool_call_start|>', '<|tool_call_end|>', [pythonListBody, jsonBody, pythonLinesBody])],
  noise: CHATML_ENDS,
  write: (calls) => `<|tool_call_start|>${pythonList(calls)}<|tool_call_end|>`,
};
export const olmo3: Dialect = {
  name: 'olmo-3',
  reasoning: [THINK],
  forms: [form('<function_calls>', '</function_calls>', [pythonLinesBody, pythonListBody])],
  noise: CHATML_ENDS,
  write: (calls) => `<function_calls>${each(calls, writePythonCall)}</function_calls>`,
};

// --- Notations of their own ---------------------------------------------------------------------------------------

const GEMMA_QUOTE = '<|"|>';
export const gemma4: Dialect = {
  name: 'gemma-4',
  reasoning: [
    { open: '<|channel>thought\n', close: '<channel|>' },
    { open: '<|channel>', close: '<channel|>' },
  ],
  forms: [
    form('<|tool_call>', '<tool_call|>', [braceBody(GEMMA_QUOTE)]),
    form('call:', '<tool_call|>', [bareBraceBody(GEMMA_QUOTE)], { keepsOpen: true, where: 'line' }),
  ],
  noise: [GEMMA_QUOTE, '<turn|>', '<|turn>', '<end_of_turn>', '<|tool_response>'],
  write: (calls) => each(calls, (call) => `<|tool_call>${writeBraces(call, GEMMA_QUOTE)}<tool_call|>`, ''),
};
export const functionGemma: Dialect = {
  name: 'functiongemma',
  reasoning: [THINK],
  forms: [form('<start_function_call>', '<end_function_call>', [braceBody('<escape>')])],
  noise: ['<end_of_turn>', '<start_function_response>'],
  write: (calls) =>
    each(calls, (call) => `<start_function_call>${writeBraces(call, '<escape>')}<end_function_call>`, ''),
};
export const harmony: Dialect = {
  name: 'harmony',
  reasoning: [],
  forms: [],
  noise: [],
  channels: 'always',
  write: (calls) =>
    each(
      calls,
      ({ name, arguments: args }) =>
        `<|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${JSON.stringify(args)}<|call|>`,
      '',
    ).replace(/^<\|start\|>assistant/u, ''),
};
export const xlam: Dialect = {
  name: 'xlam',
  reasoning: [THINK],
  forms: [
    form('[TOOL_CALLS]', '', [jsonBody]),
    TOOL_CALL,
    form('```json', '```', [bareJsonBody], { where: 'start', loose: true }),
    form('[', '', [bareJsonBody], { keepsOpen: true, loose: true, where: 'start' }),
    form('{', '', [bareJsonBody], { keepsOpen: true, loose: true, where: 'start' }),
  ],
  noise: CHATML_ENDS,
  write: (calls) => jsonList(calls),
};
