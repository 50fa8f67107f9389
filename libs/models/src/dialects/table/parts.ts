import type { BodySyntax, WrittenCall } from '../body.js';
import type { CallForm, ReasoningMarks } from '../dialect.js';
import { jsonBody } from '../bodies/json-body.js';
import { keyValueBody } from '../bodies/key-value-body.js';
import { pythonListBody } from '../bodies/python-body.js';
import { recordBody } from '../bodies/record-body.js';
import { taggedBody } from '../bodies/tagged-body.js';
import type { ToolsForm } from '../prompt-form.js';
import { FUNCTION_TAGS, INVOKE_TAGS } from './spellings.js';

/** The pieces that several dialects are put together from. */

export const THINK: ReasoningMarks = { open: '<think>', close: '</think>' };

/** Ends of turns that leak from chat templates, by family. */
export const CHATML_ENDS = ['<|im_end|>', '<|im_start|>', '<|endoftext|>'] as const;
export const LLAMA_ENDS = ['<|eot_id|>', '<|eom_id|>', '<|eot|>', '<|eom|>', '<|end_of_text|>'] as const;

export function form(
  open: string,
  close: string | readonly string[],
  bodies: readonly BodySyntax[],
  more: Partial<CallForm> = {},
): CallForm {
  const closes = typeof close === 'string' ? (close === '' ? [] : [close]) : close;
  return { open, close: closes, bodies, where: 'anywhere', ...more };
}

export const functionTagsBody = taggedBody(FUNCTION_TAGS);
export const invokeTagsBody = taggedBody(INVOKE_TAGS);

/** `f>{"a": 1}` after `<function=`: Functionary 3.1, and Llama 3 with tools of its own. */
export const functionJsonBody = recordBody({ separators: ['>'] }, /^\s*[\w.\-:/]+\s*>\s*\{/u);

/** The marker that most models share, with all that they are known to write behind it. */
export const TOOL_CALL = form('<tool_call>', '</tool_call>', [
  jsonBody,
  functionTagsBody,
  pythonListBody,
  keyValueBody,
]);

/** `<function=f>` that lost the marker around it. */
export const BARE_FUNCTION = form('<function=', [], [functionTagsBody], { keepsOpen: true });
export const FUNCTION_JSON = form('<function=', '</function>', [functionJsonBody]);

/** `{"name": …, "arguments": …}` in this order, as most templates write it. */
export function jsonCall({ name, arguments: args }: WrittenCall, argumentsKey = 'arguments'): string {
  return `{"name": ${JSON.stringify(name)}, "${argumentsKey}": ${JSON.stringify(args)}}`;
}

export function jsonList(calls: readonly WrittenCall[], argumentsKey = 'arguments'): string {
  return `[${calls.map((call) => jsonCall(call, argumentsKey)).join(', ')}]`;
}

/** Tools as harmony declares them, and Functionary before it. */
export const FUNCTIONS_NAMESPACE: ToolsForm = {
  marks: ['namespace functions {\n\n', '\n\n} // namespace functions'],
  entry: 'typescript',
};

/** Each call between the same marks. */
export function each(
  calls: readonly WrittenCall[],
  write: (call: WrittenCall, index: number) => string,
  separator = '\n',
): string {
  return calls.map(write).join(separator);
}
