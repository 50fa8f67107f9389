import type { AnsweredCall } from '../../messages/turns.js';
import { wellFormedArguments } from '../../messages/turns.js';
import type { JsonObject } from '../../json.js';
import type { Dialect } from '../../dialects/dialect.js';

/** Tools, calls and results in the text, for templates that have no place for them. */

/** What is added to the instructions: the tools, and how one is called in the dialect in which the answer is read. */
export function toolPrompt(tools: readonly JsonObject[], dialect: Dialect): string {
  const example = dialect.write([{ id: 'call_1', name: 'FUNCTION', arguments: { PARAMETER: 'VALUE' } }]);
  return [
    'You can call the functions that are described here as JSON Schema, one a line:',
    '<tools>',
    ...tools.map((tool) => JSON.stringify(tool)),
    '</tools>',
    '',
    'To call one, write its name and its arguments exactly in this form, and nothing behind it:',
    example,
  ].join('\n');
}

export function writeCalls(
  calls: readonly AnsweredCall[],
  wireName: (name: string) => string,
  dialect: Dialect,
): string {
  return dialect.write(
    calls.map(({ call, wireId }) => ({
      id: wireId,
      name: wireName(call.name),
      arguments: wellFormedArguments(call.arguments),
    })),
  );
}

export function writeResult(text: string): string {
  return `<tool_response>\n${text}\n</tool_response>`;
}
