import type { JsonObject } from '@switchyard/contracts';
import { parseDocument as parseYaml } from 'yaml';
import { messageOf } from '../../shared/error-text.js';
import { DocumentFault } from './document-fault.js';
import { isObject, textOf } from './json.js';

/** An alias stands for a whole part of a document: a few hundred bytes of them could become gigabytes. */
const MAX_ALIASES = 100;

/**
 * A document as JSON, of its text in JSON or YAML.
 *
 * @throws DocumentFault where it is neither, or no OpenAPI document of version 3.0 or 3.1
 */
export function parseDocument(text: string): JsonObject {
  const document = text.trimStart().startsWith('{') ? parseJson(text) : parseAsYaml(text);
  if (!isObject(document)) throw new DocumentFault('it is no object');
  const version = textOf(document['openapi']);
  if (/^3\.[01](\.|$)/.test(version)) return document;
  if (version !== '') throw new DocumentFault(`its version is "${version.slice(0, 20)}", and 3.0 and 3.1 are read`);
  throw new DocumentFault(
    document['swagger'] === undefined
      ? 'it has no "openapi" that says its version, and is no OpenAPI document'
      : 'it is Swagger 2.0, and OpenAPI 3.0 and 3.1 are read; converters exist, such as swagger2openapi',
  );
}

function parseJson(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (json) {
    // YAML may begin with a brace as well, and is then small: JSON that is broken would only take longer to refuse.
    if (text.length > 65_536) throw new DocumentFault(`it is no JSON: ${messageOf(json)}`);
    return parseAsYaml(text);
  }
}

function parseAsYaml(text: string): JsonObject {
  const document = parseYaml(text, { uniqueKeys: true, prettyErrors: true, stringKeys: true });
  const [error] = document.errors;
  if (error) throw new DocumentFault(`it is no YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`);
  try {
    // By way of JSON: dates and the like become what they are in JSON, and what an alias names is a copy.
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES })) ?? 'null') as JsonObject;
  } catch (cause) {
    throw new DocumentFault(`it is no YAML: ${messageOf(cause)}`);
  }
}
