import { bareJsonBody, barePythonBody } from '../bodies/bare-body.js';
import { jsonBody } from '../bodies/json-body.js';
import { builtInBody, pythonLinesBody, pythonListBody, writePythonCall } from '../bodies/python-body.js';
import type { WrittenCall } from '../body.js';
import type { Dialect } from '../dialect.js';
import { CHATML_ENDS, each, form, FUNCTION_JSON, jsonCall, LLAMA_ENDS, THINK } from './parts.js';

/** Dialects that write calls as Python does, or without any mark. */

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
  prompt: {
    tools: { marks: ['<|tool_list_start|>', '<|tool_list_end|>'], entry: 'function', list: true },
    results: { each: ['<|tool_response_start|>', '<|tool_response_end|>'] },
  },
  write: (calls) => `<|tool_call_start|>${pythonList(calls)}<|tool_call_end|>`,
};
export const olmo3: Dialect = {
  name: 'olmo-3',
  reasoning: [THINK],
  forms: [form('<function_calls>', '</function_calls>', [pythonLinesBody, pythonListBody])],
  noise: CHATML_ENDS,
  prompt: { tools: { marks: ['<functions>', '</functions>'], entry: 'function', list: true } },
  write: (calls) => `<function_calls>${each(calls, writePythonCall)}</function_calls>`,
};
