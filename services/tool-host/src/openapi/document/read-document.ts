import { didYouMean, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { unusableSchema } from '@switchyard/models';
import { isChosen, METHODS, parsePattern, type OperationPattern } from '../operation-filter.js';
import type { Operation, ReadDocument, SecurityScheme } from '../operation.js';
import type { BaseUrlOptions } from './base-url.js';
import { DocumentFault } from './document-fault.js';
import { isObject, listOf, objectOf, own, safeEntries, textOf } from './json.js';
import { LocalReferences } from './local-references.js';
import { parseDocument } from './parse-document.js';
import { readOperation } from './read-operation.js';
import { readSchemes } from './read-security.js';
import { specificationFaults } from './specification-faults.js';

/** Tools of one toolset: more than any agent can look through, and they are kept, listed and compared as one. */
export const MAX_OPERATIONS = 1_000;
/** Their schemas and descriptions, as JSON; for the same reason. */
export const MAX_TOOLSET_CHARACTERS = 4 * 1_024 * 1_024;

export interface ReadOptions extends BaseUrlOptions {
  /** Patterns of what is chosen. */
  operations: readonly string[];
  /** Security schemes for which there are credentials. */
  credentials: readonly string[];
  /** The operator has headers of his own for every request. */
  ownHeaders: boolean;
}

/** An operation as it stands in a document. */
export interface FoundOperation {
  name: string;
  method: string;
  path: string;
  tags: string[];
  given: JsonObject;
  pathItem: JsonObject;
}

/**
 * Reads a document into its operations. One that cannot be used has a `fault` and leaves the others alone. Pure, and slow where the
 * document is large: seconds for five thousand operations.
 *
 * @throws DocumentFault where nothing of the document can be used
 */
export async function readDocument(text: string, options: ReadOptions): Promise<ReadDocument> {
  const document = parseDocument(text);
  const references = new LocalReferences(document);
  const found = findOperations(document, references);
  const patterns = options.operations.flatMap((written) => parsePattern(written) ?? []);
  const chosen = found.filter((operation) => isChosen(operation, patterns));
  refuseTooMany(chosen.length, found.length);
  const schemes = readSchemes(document, references);
  const operations = chosen.map((operation) => readOrFault(operation, references, schemes, options));
  refuseTooLarge(operations);
  return {
    title: textOf(objectOf(document['info'])['title']).slice(0, 200),
    operations,
    schemes,
    unmet: [
      ...patterns.flatMap((pattern) => unmatched(pattern, found)),
      ...options.credentials
        .filter((name) => !Object.hasOwn(schemes, name))
        .map(
          (name) =>
            `"auth" names "${name}", and the document has no such security scheme.${didYouMean(name, Object.keys(schemes))}`,
        ),
    ],
    oddities: await specificationFaults(document),
  };
}

function findOperations(document: JsonObject, references: LocalReferences): FoundOperation[] {
  const taken = new Set<string>();
  return safeEntries(document['paths']).flatMap(([path, value]) => {
    if (!path.startsWith('/')) return [];
    const pathItem = followedPath(value, references);
    return METHODS.flatMap((method): FoundOperation[] => {
      const given = own(pathItem, method.toLowerCase());
      if (!isObject(given)) return [];
      const name = freeName(textOf(given['operationId']).trim() || nameOf(method, path), method, path, taken);
      taken.add(name);
      return [{ name, method, path, tags: listOf(given['tags']).map(textOf), given, pathItem }];
    });
  });
}

/** A path that refers to nothing has no operations. The specification's own check says so. */
function followedPath(value: JsonValue, references: LocalReferences): JsonObject {
  try {
    return { ...references.follow(value), ...objectOf(value) };
  } catch (error) {
    if (error instanceof DocumentFault) return objectOf(value);
    throw error;
  }
}

/** An id is unique, says the specification; where it is not, the second one has its place for a name. */
function freeName(wanted: string, method: string, path: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const other = nameOf(method, path);
  if (!taken.has(other)) return other;
  for (let number = 2; ; number++) if (!taken.has(`${other}_${number}`)) return `${other}_${number}`;
}

/** `GET /pets/{petId}` → `get_pets_petId`. */
function nameOf(method: string, path: string): string {
  return `${method.toLowerCase()}_${path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')}`.replace(/_$/, '');
}

function readOrFault(
  found: FoundOperation,
  references: LocalReferences,
  schemes: Readonly<Record<string, SecurityScheme>>,
  options: ReadOptions,
): Operation {
  try {
    const operation = readOperation(found, references, schemes, options);
    const unusable = unusableSchema(operation.inputSchema);
    return unusable === undefined ? operation : { ...operation, fault: `its schema cannot be used: ${unusable}` };
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    const { name, method, path, tags } = found;
    return {
      name,
      method,
      path,
      tags,
      description: '',
      inputSchema: { type: 'object' },
      effect: 'irreversible',
      baseUrl: '',
      parameters: [],
      security: [],
      fault: error.message,
    };
  }
}

function refuseTooMany(chosen: number, all: number): void {
  if (chosen === 0) {
    throw new DocumentFault(
      all === 0 ? 'the document has no operations' : `none of its ${all} operations is chosen by "operations"`,
    );
  }
  if (chosen > MAX_OPERATIONS)
    throw new DocumentFault(
      `${chosen} of its ${all} operations are chosen, and a toolset has at most ${MAX_OPERATIONS}; choose fewer with "operations", by tag or path`,
    );
}

function refuseTooLarge(operations: readonly Operation[]): void {
  const characters = operations.reduce(
    (sum, { description, inputSchema }) => sum + description.length + JSON.stringify(inputSchema).length,
    0,
  );
  if (characters > MAX_TOOLSET_CHARACTERS)
    throw new DocumentFault(
      `the ${operations.length} operations that are chosen are described in ${characters} characters, and a toolset has at most ${MAX_TOOLSET_CHARACTERS}; choose fewer with "operations", by tag or path`,
    );
}

function unmatched(pattern: OperationPattern, found: readonly FoundOperation[]): string[] {
  if (found.some((operation) => pattern.matches(operation))) return [];
  const hint = didYouMean(
    pattern.text,
    found.map(({ name }) => name),
  );
  return [`"operations" has "${pattern.text}", which matches nothing in the document.${hint}`];
}
