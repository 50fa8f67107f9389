import type { JsonObject, SwitchyardError } from '@switchyard/contracts';
import { LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import { malformedDefinition } from './malformed-definition.js';

/**
 * The definitions in the text of a YAML or JSON file.
 *
 * @throws SwitchyardError `definition.malformed` with line and column
 */
export function parseDefinitions(source: string, file: string): JsonObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(source, { uniqueKeys: true, prettyErrors: true, lineCounter });
  if (!Array.isArray(documents) || documents.length === 0) throw malformedDefinition(file, 'it is empty');
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) {
      const at = error.linePos?.[0];
      const reason = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.message;
      throw malformedAt(file, reason, at);
    }
    const value = expand(document, file, lineCounter);
    if (Array.isArray(value))
      throw malformedDefinition(
        file,
        'a list stands at its top; write each as a document of its own, parted by lines of "---"',
      );
    if (typeof value !== 'object' || value === null)
      throw malformedDefinition(file, 'a mapping of names to values was expected at its top');
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

function malformedAt(file: string, reason: string, at: { line: number; col: number } | undefined): SwitchyardError {
  if (!at) return malformedDefinition(file, reason);
  return malformedDefinition(file, `line ${at.line}, column ${at.col}: ${reason}`, { line: at.line, column: at.col });
}
