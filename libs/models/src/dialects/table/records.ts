import { bareJsonBody } from '../bodies/bare-body.js';
import { jsonBody } from '../bodies/json-body.js';
import { recordBody } from '../bodies/record-body.js';
import type { WrittenCall } from '../body.js';
import type { Dialect } from '../dialect.js';
import type { ResultsForm } from '../prompt-form.js';
import { each, form, FUNCTION_JSON, FUNCTIONS_NAMESPACE, LLAMA_ENDS, THINK } from './parts.js';

/** Dialects that write a name, a mark and JSON: records of special tokens. */

const NAME = String.raw`[\w.\-:/]+`;

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
  prompt: {
    tools: { entry: 'markdown' },
    results: {
      marks: ['<｜tool▁outputs▁begin｜>', '<｜tool▁outputs▁end｜>'],
      each: ['<｜tool▁output▁begin｜>', '<｜tool▁output▁end｜>'],
    },
  },
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
  prompt: { tools: { entry: 'openai', list: true }, results: { each: ['## Return of {id}\n', ''] } },
  callIds: 'positional',
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
const mistralLike = (name: string, results: ResultsForm, write: Dialect['write']): Dialect => ({
  name,
  reasoning: [{ open: '[THINK]', close: '[/THINK]' }, THINK],
  forms: [form('[TOOL_CALLS]', '', [jsonBody, mistralRecord])],
  noise: ['</s>', '[/TOOL_CALLS]', '<s>'],
  prompt: { tools: { marks: ['[AVAILABLE_TOOLS]', '[/AVAILABLE_TOOLS]'], entry: 'openai', list: true }, results },
  callIds: 'alnum9',
  write,
});
const jsonResults: ResultsForm = {
  each: ['[TOOL_RESULTS]{"content": ', ', "call_id": "{id}"}[/TOOL_RESULTS]'],
  json: true,
  separator: '',
};
export const mistral = mistralLike('mistral', jsonResults, (calls) => {
  const list = calls.map(({ id, name, arguments: args }) => ({ name, arguments: args, ...(id === '' ? {} : { id }) }));
  return `[TOOL_CALLS]${JSON.stringify(list)}`;
});
const markedResults: ResultsForm = { each: ['[TOOL_RESULTS]{id}[TOOL_CONTENT]', '[/TOOL_RESULTS]'], separator: '' };
export const mistralV11 = mistralLike('mistral-v11', markedResults, (calls) =>
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
  prompt: { tools: FUNCTIONS_NAMESPACE },
  write: (calls) => each(calls, ({ name, arguments: args }) => `${name}\n${JSON.stringify(args)}`, '\n>>>'),
};
