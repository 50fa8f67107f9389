import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { dim, harmless, red } from '../output/style.js';
import { fieldsOf, questionOf, valueOf, type FormField } from './form-fields.js';

/**
 * Asks for the arguments of a tool, one a line; what does not fit is asked for again.
 *
 * @param input lines of a person, or of a pipe
 * @param output where the questions go: not where results go
 * @throws SwitchyardError `usage.invalid` where the input ends before the last answer
 */
export async function askForm(schema: JsonObject, input: Readable, output: Writable): Promise<JsonObject> {
  const reader = createInterface({ input, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  const args: JsonObject = {};
  try {
    for (const field of fieldsOf(schema)) {
      const value = await ask(field, lines, output);
      if (value !== undefined) args[field.name] = value;
    }
    return args;
  } finally {
    reader.close();
  }
}

async function ask(field: FormField, lines: AsyncIterator<string>, output: Writable) {
  for (;;) {
    output.write(`${harmless(questionOf(field))}${dim(':')} `);
    const line = await lines.next();
    if (line.done) {
      throw new SwitchyardError(
        'usage.invalid',
        `The input ended before ${harmless(field.name)} was answered, and nothing was called. Give the arguments as JSON instead, or an answer a line.`,
      );
    }
    try {
      return valueOf(field, line.value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      output.write(`${red(error.message)}\n`);
    }
  }
}
