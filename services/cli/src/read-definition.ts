import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { malformedDefinition } from './malformed-definition.js';

/**
 * Reads definitions from a YAML or JSON file, `-` for standard input; a YAML file may hold several, parted by `---`.
 *
 * @throws SwitchyardError `definition.unreadable`, or `definition.malformed` with line and column
 */
export async function readDefinitions(file: string): Promise<JsonObject[]> {
  // Most commands read no file: the parser takes longer to load than they to answer.
  const { parseDefinitions } = await import('./parse-definitions.js');
  return parseDefinitions(await readText(file), file);
}

/** The one definition that a file holds. */
export async function readDefinition(file: string): Promise<JsonObject> {
  const [definition, another] = await readDefinitions(file);
  if (!definition || another)
    throw malformedDefinition(file, definition ? 'it holds more than one document' : 'it is empty');
  return definition;
}

/** @throws SwitchyardError `definition.unreadable` */
export async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('definition.unreadable', `Cannot read ${file}: ${reason}.`, { cause });
  }
}
