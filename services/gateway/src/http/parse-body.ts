import { parse as parseJsonc, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { isTooDeep, MAX_NESTING, repeatedKey, yamlCost } from './nesting.js';

export type BodySyntax = 'json' | 'yaml';

const YAML_TYPES = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']);
/** Aliases that one document may expand to: a few lines of YAML can otherwise stand for gigabytes. */
const MAX_ALIASES = 100;
/** Reading YAML takes a hundred times as long as reading JSON, and holds up the gateway. What is larger can be sent as JSON. */
const MAX_YAML_CHARACTERS = 256 * 1024;

/** YAML where the content type says so; else JSON, so that a bare `curl -d` works. */
export function syntaxOf(contentType: string | undefined): BodySyntax {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return YAML_TYPES.has(type) ? 'yaml' : 'json';
}

/**
 * A request's body as JSON; undefined where it is empty.
 *
 * @throws SwitchyardError `contract.malformed` with `details.line` and `details.column`, from 1
 */
export function parseBody(bytes: Uint8Array, syntax: BodySyntax): JsonValue | undefined {
  const text = utf8(bytes);
  if (text.trim() === '') return undefined;
  return syntax === 'yaml' ? parseYaml(text) : parseJson(text);
}

/** @throws SwitchyardError `contract.malformed` */
export function asObject(json: JsonValue | undefined, what: string): JsonObject {
  if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json;
  const found =
    json === undefined ? 'nothing' : json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;
  throw new SwitchyardError('contract.malformed', `The body must be ${what} as an object, and is ${found}.`);
}

function parseJson(text: string): JsonValue {
  if (isTooDeep(text)) throw malformed('JSON', `more than ${MAX_NESTING} levels`, text, 0, undefined);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    // V8 does not always say where: https://github.com/v8/v8 MessageTemplate kJsonParseUnexpectedTokenShortString.
    const errors: ParseError[] = [];
    parseJsonc(text, errors, { disallowComments: true, allowTrailingComma: false });
    const first = errors[0];
    const offset = first?.offset ?? 0;
    throw malformed('JSON', first ? spaced(printParseErrorCode(first.error)) : String(cause), text, offset, cause);
  }
}

function parseYaml(text: string): JsonValue {
  if (text.length > MAX_YAML_CHARACTERS) {
    throw new SwitchyardError(
      'http.body_too_large',
      `The body is YAML of more than ${MAX_YAML_CHARACTERS} characters: send it as JSON.`,
    );
  }
  const cost = yamlCost(text, MAX_ALIASES);
  if (cost) throw malformed('YAML', cost, text, 0, undefined);
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false });
  if (!('length' in documents) || documents.length === 0) return null;
  const [document, second] = documents;
  if (document === undefined) return null;
  const error = document.errors[0];
  if (error) throw malformed('YAML', error.message, text, error.pos[0], error);
  const again = repeatedKey(document);
  if (again) throw malformed('YAML', 'Map keys must be unique', text, again.range[0], undefined);
  if (second) throw malformed('YAML', 'a second document; send one', text, second.range[0], undefined);
  try {
    // Dates and other YAML types become what JSON has for them.
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }))) as JsonValue;
  } catch (cause) {
    throw malformed('YAML', cause instanceof Error ? cause.message : String(cause), text, 0, cause);
  }
}

function malformed(syntax: string, reason: string, text: string, offset: number, cause: unknown): SwitchyardError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new SwitchyardError(
    'contract.malformed',
    `The body is not ${syntax}: ${reason} (line ${line}, column ${column}).`,
    {
      details: { syntax, line, column, position: offset },
      cause,
    },
  );
}

/** "PropertyNameExpected" → "property name expected". */
function spaced(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SwitchyardError('contract.malformed', 'The body is not UTF-8.', { cause });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
