import type { JsonObject } from '@switchyard/contracts';
import type { Operation, Place, SecurityNeed, SecurityScheme } from '../operation.js';
import { isEffect, type Effect } from '../../tools/tool.js';
import { ArgumentNames } from './argument-names.js';
import { baseUrlOf } from './base-url.js';
import { DocumentFault } from './document-fault.js';
import { textOf } from './json.js';
import type { LocalReferences } from './local-references.js';
import { readBody } from './read-body.js';
import type { FoundOperation, ReadOptions } from './read-document.js';
import { readParameters } from './read-parameters.js';
import { chooseSecurity } from './read-security.js';
import { ToolSchemas } from './tool-schema.js';

/** Read by models at every turn; the long ones are manuals. */
const MAX_DESCRIPTION = 2_000;
/** A document may say better than the method does what an operation does to the world. */
const EFFECT_EXTENSION = 'x-switchyard-effect';

/** Methods by their definition: safe, idempotent, and the rest (RFC 9110, 9.2). */
const EFFECTS: Readonly<Record<string, Effect>> = {
  GET: 'pure',
  HEAD: 'pure',
  OPTIONS: 'pure',
  PUT: 'idempotent',
  DELETE: 'idempotent',
};

/** @throws DocumentFault why it cannot be called */
export function readOperation(
  { name, method, path, tags, given, pathItem }: FoundOperation,
  references: LocalReferences,
  schemes: Readonly<Record<string, SecurityScheme>>,
  options: ReadOptions,
): Operation {
  if (method === 'TRACE')
    throw new DocumentFault('TRACE is never sent: it is answered with the credentials of the request');
  const { document } = references;
  const security = chooseSecurity(
    given['security'] ?? document['security'],
    schemes,
    new Set(options.credentials),
    options.ownHeaders,
  );
  const schemas = new ToolSchemas(references, textOf(document['openapi']).startsWith('3.0'));
  const names = new ArgumentNames();
  const lists = [pathItem['parameters'], given['parameters']];
  const { parameters, properties, required } = readParameters(lists, references, schemas, names, (place, parameter) =>
    isMet(security, schemes, place, parameter),
  );
  refuseOpenPath(path, new Set(parameters.filter(({ place }) => place === 'path').map((each) => each.name)));
  // GET with a body has no meaning (RFC 9110, 9.3.1), and cannot be sent.
  const bodiless = method === 'GET' || method === 'HEAD';
  const body = bodiless ? undefined : readBody(given['requestBody'], references, schemas, names);
  if (body) properties[body.body.argument] = body.schema;
  if (body?.required) required.push(body.body.argument);
  return {
    name,
    method,
    path,
    tags,
    description: descriptionOf(given, method, path),
    inputSchema: inputSchemaOf(properties, required, schemas.definitionsWritten()),
    effect: effectOf(given, method),
    baseUrl: baseUrlOf([given['servers'], pathItem['servers'], document['servers']], options),
    parameters,
    ...(body ? { body: body.body } : {}),
    security,
  };
}

/** A parameter that is the key itself is not for the model to fill in. */
function isMet(
  security: readonly SecurityNeed[],
  schemes: Readonly<Record<string, SecurityScheme>>,
  place: Place,
  name: string,
): boolean {
  return security.some((need) => {
    const scheme = schemes[need.scheme];
    return scheme?.kind === 'apiKey' && scheme.place === place && scheme.name.toLowerCase() === name.toLowerCase();
  });
}

/** Every `{name}` of a path has its parameter, and the path leads nowhere but down. */
function refuseOpenPath(path: string, declared: ReadonlySet<string>): void {
  const missing = [...path.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1] ?? '')
    .find((name) => !declared.has(name));
  if (missing !== undefined) throw new DocumentFault(`its path has {${missing.slice(0, 100)}}, and no such parameter`);
  if (/(^|\/)\.{1,2}(\/|$)|%2e|[\\?#]/i.test(path)) throw new DocumentFault('its path is no plain one');
}

function inputSchemaOf(
  properties: Record<string, JsonObject>,
  required: string[],
  definitions: JsonObject,
): JsonObject {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}

function descriptionOf(given: JsonObject, method: string, path: string): string {
  const parts = [textOf(given['summary']).trim(), textOf(given['description']).trim()].filter((part) => part !== '');
  const said = parts[0] !== undefined && parts[1]?.startsWith(parts[0]) ? parts.slice(1) : parts;
  const deprecated = given['deprecated'] === true ? ['Deprecated.'] : [];
  const text = [...said, ...deprecated].join('\n\n').slice(0, MAX_DESCRIPTION);
  // A document that sends an operation elsewhere has changed the tool, whatever else it says of it.
  return [text, `${method} ${path}`].filter((part) => part !== '').join('\n\n');
}

function effectOf(given: JsonObject, method: string): Effect {
  const said = given[EFFECT_EXTENSION];
  return isEffect(said) ? said : (EFFECTS[method] ?? 'irreversible');
}
