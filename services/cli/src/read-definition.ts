import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { LineCounter, parseAllDocuments, visit, type Document } from 'yaml';

/**
 * Reads definitions from a YAML or JSON file, `-` for standard input; a YAML file may hold several, parted by `---`.
 *
 * @throws SwitchyardError `definition.unreadable`, or `definition.malformed` with line and column
 */
export async function readDefinitions(file: string): Promise<JsonObject[]> {
  return parseDefinitions(await readText(file), file);
}

/** The one definition that a file holds. */
export async function readDefinition(file: string): Promise<JsonObject> {
  const [definition, another] = await readDefinitions(file);
  if (!definition || another) throw malformed(file, definition ? 'it holds more than one document' : 'it is empty');
  return definition;
}

export function parseDefinitions(source: string, file: string): JsonObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(source, { uniqueKeys: true, prettyErrors: true, lineCounter });
  if (!Array.isArray(documents) || documents.length === 0) throw malformed(file, 'it is empty');
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) {
      const at = error.linePos?.[0];
      const reason = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.message;
      throw malformedAt(file, reason, at);
    }
    const value = expand(document, file, lineCounter);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(file, 'a mapping of names to values was expected at its top');
    }
    return JSON.parse(JSON.stringify(value)) as JsonObject;
  });
}

/** Expanding aliases is bounded, so that a small file cannot become a huge one. */
function expand(document: Document.Parsed, file: string, lineCounter: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const offset = offsetOfAlias(document);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw malformedAt(file, reason, offset === undefined ? undefined : lineCounter.linePos(offset));
  }
}

/** Where the alias stands that cannot be expanded: one without its anchor, else the first, which begins what grows too large. */
function offsetOfAlias(document: Document.Parsed): number | undefined {
  const offsets: number[] = [];
  let unresolved: number | undefined;
  visit(document, {
    Alias(_, alias) {
      const offset = alias.range?.[0] ?? 0;
      offsets.push(offset);
      if (unresolved === undefined && !alias.resolve(document)) unresolved = offset;
    },
  });
  return unresolved ?? offsets[0];
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

function malformedAt(file: string, reason: string, at: { line: number; col: number } | undefined): SwitchyardError {
  if (!at) return malformed(file, reason);
  return malformed(file, `line ${at.line}, column ${at.col}: ${reason}`, { line: at.line, column: at.col });
}

function malformed(file: string, reason: string, details: JsonObject = {}): SwitchyardError {
  const name = file === '-' ? 'Standard input' : file;
  return new SwitchyardError('definition.malformed', `${name} cannot be used: ${reason}.`, {
    details: { file, ...details },
  });
}
