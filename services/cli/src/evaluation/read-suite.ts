import { dirname, resolve } from 'node:path';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { readDefinition, readText } from '../read-definition.js';

/**
 * A suite's file. Where `cases` is the name of a file (beside the suite's), the cases are its lines: JSON lines, one case each.
 *
 * @throws SwitchyardError `definition.unreadable`, `definition.malformed` with the line
 */
export async function readSuite(file: string): Promise<JsonObject> {
  const suite = await readDefinition(file);
  const { cases } = suite;
  if (typeof cases !== 'string') return suite;
  const beside = file === '-' ? cases : resolve(dirname(file), cases);
  return { ...suite, cases: casesIn(await readText(beside), beside) };
}

function casesIn(text: string, file: string): JsonValue[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as JsonValue];
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SwitchyardError(
        'definition.malformed',
        `${file} cannot be used: line ${index + 1} is no JSON (${reason}). Each line is one case.`,
        { details: { file, line: index + 1 }, cause },
      );
    }
  });
}
