import { isNode, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import type { Place } from './catalogue-error.js';
import { MAX_FILE_CHARACTERS, invalid } from './catalogue-error.js';

/** Aliases are bounded, so that a small file cannot become a huge one. */
const MAX_ALIASES = 100;
/** Lists and maps within each other; a catalogue has six. */
const MAX_LEVELS = 32;

/** The one mapping that a YAML file holds, and where in the file each of its members stands. */
export interface YamlFile {
  value: JsonObject;
  /** Of the key that a path leads to, or of the nearest that is there. */
  placeOf(path: readonly (string | number)[]): Place;
}

/** @throws CatalogueError `catalogue.invalid` with line and column */
export function readYaml(source: string, file: string): YamlFile {
  if (source.length > MAX_FILE_CHARACTERS)
    throw invalid(file, `it has ${source.length} characters, and ${MAX_FILE_CHARACTERS} are allowed`);
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(source, { uniqueKeys: true, prettyErrors: true, lineCounter, stringKeys: true });
  const [document, another] = Array.isArray(parsed) ? parsed : [];
  if (document === undefined) throw invalid(file, 'it is empty');
  if (another !== undefined)
    throw invalid(
      file,
      'it holds more than one document, and a file is one provider',
      lineCounter.linePos(another.range[0]),
    );
  const [error] = document.errors;
  if (error !== undefined) {
    const reason = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw invalid(file, reason, error.linePos?.[0]);
  }
  refuseDepth(document, file, lineCounter);
  const value = expand(document, file);
  if (!isJsonObject(value)) throw invalid(file, 'a mapping of names to values was expected at its top');
  return { value, placeOf: (path) => placeOf(document, path, lineCounter) };
}

/** Values that JSON has no form for (dates, NaN) do not survive. */
function expand(document: Document.Parsed, file: string): JsonValue {
  try {
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? null)) as JsonValue;
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : String(cause));
  }
}

function refuseDepth(document: Document.Parsed, file: string, lineCounter: LineCounter): void {
  visit(document, {
    Collection(_key, node, path) {
      // Between a collection and the next stands a pair.
      if (path.length <= 2 * MAX_LEVELS) return undefined;
      const at = lineCounter.linePos(node.range?.[0] ?? 0);
      throw invalid(file, `lists and mappings stand within each other on more than ${MAX_LEVELS} levels`, at);
    },
  });
}

function placeOf(document: Document.Parsed, path: readonly (string | number)[], lineCounter: LineCounter): Place {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

/** Where the key of the last step stands, so that a message points to the word that is wrong. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number | undefined {
  if (path.length === 0) return document.contents?.range[0];
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isNode(parent) || !('items' in parent)) return undefined;
  const last = path.at(-1);
  const items: readonly (Pair | Node)[] = parent.items as readonly (Pair | Node)[];
  // A number may be the place in a list, or a name that has only digits.
  const item = items.find((each, index) => ('key' in each ? keyOf(each) === String(last) : index === last));
  const node: unknown = item !== undefined && 'key' in item ? item.key : item;
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyOf({ key }: Pair): string {
  return String(isNode(key) && 'value' in key ? key.value : key);
}
