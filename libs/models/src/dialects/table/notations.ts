import { bareJsonBody } from '../bodies/bare-body.js';
import { bareBraceBody, braceBody, writeBraces } from '../bodies/brace-body.js';
import { jsonBody } from '../bodies/json-body.js';
import type { Dialect } from '../dialect.js';
import { CHATML_ENDS, each, form, FUNCTIONS_NAMESPACE, jsonList, THINK, TOOL_CALL } from './parts.js';

/** Dialects with a notation of their own. */

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
  prompt: {
    tools: { each: ['<|tool>', '<tool|>'], entry: { braces: GEMMA_QUOTE } },
    results: {
      each: [`<|tool_response>response:{name}{value:${GEMMA_QUOTE}`, `${GEMMA_QUOTE}}<tool_response|>`],
      separator: '',
    },
  },
  write: (calls) => each(calls, (call) => `<|tool_call>${writeBraces(call, GEMMA_QUOTE)}<tool_call|>`, ''),
};
export const functionGemma: Dialect = {
  name: 'functiongemma',
  reasoning: [THINK],
  forms: [form('<start_function_call>', '<end_function_call>', [braceBody('<escape>')])],
  noise: ['<end_of_turn>', '<start_function_response>'],
  prompt: {
    tools: { each: ['<start_function_declaration>', '<end_function_declaration>'], entry: { braces: '<escape>' } },
    results: {
      each: ['<start_function_response>response:{name}{value:<escape>', '<escape>}<end_function_response>'],
      separator: '',
    },
  },
  write: (calls) =>
    each(calls, (call) => `<start_function_call>${writeBraces(call, '<escape>')}<end_function_call>`, ''),
};
export const harmony: Dialect = {
  name: 'harmony',
  reasoning: [],
  forms: [],
  noise: [],
  channels: 'always',
  prompt: { tools: FUNCTIONS_NAMESPACE },
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
