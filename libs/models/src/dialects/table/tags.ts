import { jsonBody } from '../bodies/json-body.js';
import { namedBody } from '../bodies/named-body.js';
import { keyValueBody, writeKeyValues } from '../bodies/key-value-body.js';
import { M3_MARK, namespacedBody, writeNamespaced } from '../bodies/namespaced-body.js';
import { recordBody } from '../bodies/record-body.js';
import { sectionBody } from '../bodies/section-body.js';
import { taggedBody, writeTagged } from '../bodies/tagged-body.js';
import type { CallForm, Dialect } from '../dialect.js';
import { CHATML_ENDS, each, form, invokeTagsBody, THINK } from './parts.js';
import {
  DSML_MARK,
  DSML_MARKS,
  DSML_TAGS,
  dsmlTags,
  INVOKE_TAGS,
  PARAM_TAGS,
  STEP_TAGS,
  XTML_TAGS,
} from './spellings.js';

/** Dialects that write calls as tags, with a tag or a pair for each parameter. */

const NAME = String.raw`[\w.\-:/]+`;

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
export const glm47: Dialect = {
  ...glm('glm-4.7', { afterName: '', between: '' }),
  prompt: { results: { each: ['<tool_response>', '</tool_response>'], separator: '' } },
};
export const poolside = glm('poolside', { afterName: '\n', between: '\n' });
export const hyV3: Dialect = {
  name: 'hy-v3',
  reasoning: [THINK],
  forms: [
    form('<tool_calls>', '</tool_calls>', [sectionBody('<tool_call>'), jsonBody]),
    form('<tool_call>', '</tool_call>', [keyValueBody, jsonBody]),
  ],
  noise: ['</tool_calls>', '<answer>', '</answer>'],
  prompt: {
    results: {
      marks: ['<tool_responses>\n', '\n</tool_responses>'],
      each: ['<tool_response>', '</tool_response>'],
    },
  },
  write: (calls) => {
    const spelling = { afterName: '<tool_sep>\n', between: '' };
    const list = each(calls, (call) => `<tool_call>${writeKeyValues(call, spelling)}\n</tool_call>`);
    return `<tool_calls>\n${list}\n</tool_calls>`;
  },
};

const DSML_WRAPPERS = ['function_calls', 'tool_calls'] as const;
/** Each version knows the section of the other, and ends with it. Spellings of the mark are not mixed within a call. */
const dsmlForms = DSML_MARKS.flatMap((mark): CallForm[] => {
  const bodies = [taggedBody(dsmlTags(mark))];
  const closes = DSML_WRAPPERS.map((wrapper) => `</${mark}${wrapper}>`);
  return [
    ...DSML_WRAPPERS.map((wrapper) => form(`<${mark}${wrapper}>`, closes, bodies)),
    form(`<${mark}invoke`, [], bodies, { keepsOpen: true }),
  ];
});
/** Servers that read the calls themselves leave the beginning of the section, without its end, in the text. */
const dsmlStubs = DSML_WRAPPERS.map((wrapper) => `<${DSML_MARK}${wrapper}`);
const dsml = (name: string, wrapper: string): Dialect => ({
  name,
  reasoning: [THINK],
  forms: dsmlForms,
  noise: ['<｜end▁of▁sentence｜>', '<｜Assistant｜>', ...dsmlStubs],
  prompt: {
    tools: { marks: ['<functions>\n', '\n</functions>'], entry: 'function' },
    results: {
      marks: ['<function_results>\n', '\n</function_results>'],
      each: ['<result>', '</result>'],
    },
  },
  write: (calls) =>
    `<${DSML_MARK}${wrapper}>\n${each(calls, (call) => writeTagged(call, DSML_TAGS))}\n</${DSML_MARK}${wrapper}>`,
});
export const deepseekV32 = dsml('deepseek-v3.2', 'function_calls');
export const deepseekV4 = dsml('deepseek-v4', 'tool_calls');

export const minimaxM2: Dialect = {
  name: 'minimax-m2',
  reasoning: [THINK],
  forms: [form('<minimax:tool_call>', '</minimax:tool_call>', [invokeTagsBody])],
  noise: ['[e~[', ']~b]', ']~!b['],
  prompt: {
    tools: { marks: ['<tools>\n', '\n</tools>'], each: ['<tool>', '</tool>'], entry: 'function' },
    results: { each: ['<response>', '</response>'] },
  },
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
  prompt: {
    results: {
      marks: ['<｜tool_outputs_begin｜>', '<｜tool_outputs_end｜>'],
      each: ['<｜tool_output_begin｜>', '<｜tool_output_end｜>'],
    },
  },
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
