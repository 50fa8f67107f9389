import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { PLACES, STYLES, type Parameter, type Place, type Style } from '../operation.js';
import type { ArgumentNames } from './argument-names.js';
import { DocumentFault } from './document-fault.js';
import { listOf, objectOf, safeEntries, textOf } from './json.js';
import type { LocalReferences } from './local-references.js';
import type { ToolSchemas } from './tool-schema.js';

/**
 * Headers that are no business of arguments: what the platform sets itself, what the connection is made of (RFC 9110, 7.6.1),
 * and the three that OpenAPI has elsewhere.
 */
const OWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'idempotency-key',
  'keep-alive',
  'origin',
  'proxy-authorization',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
]);
/** Styles by place; the first is the default (OpenAPI 3.1, Parameter Object, `style`). */
const STYLES_AT: Readonly<Record<Place, readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
const MAX_DESCRIPTION = 1_000;

export interface ReadParameters {
  parameters: Parameter[];
  /** Schemas by argument. */
  properties: Record<string, JsonObject>;
  required: string[];
}

/**
 * The parameters of an operation: those of its path, and its own, which replace them. Sorted by place, so that of two with
 * one name that of the path keeps it.
 *
 * @param isTaken says of which the key of an `apiKey` scheme is sent: they are not for the model
 * @throws DocumentFault
 */
export function readParameters(
  lists: readonly (JsonValue | undefined)[],
  references: LocalReferences,
  schemas: ToolSchemas,
  names: ArgumentNames,
  isTaken: (place: Place, name: string) => boolean,
): ReadParameters {
  const found = new Map<string, { place: Place; name: string; given: JsonObject }>();
  for (const parameter of lists.flatMap(listOf)) {
    const given = references.follow(parameter);
    const place = PLACES.find((each) => each === given['in']);
    const name = textOf(given['name']);
    if (!place || name === '') throw new DocumentFault('it has a parameter without a name, or of no known place');
    if (isTaken(place, name) || (place === 'header' && OWN_HEADERS.has(name.toLowerCase()))) continue;
    found.set(`${place} ${place === 'header' ? name.toLowerCase() : name}`, { place, name, given });
  }
  const result: ReadParameters = { parameters: [], properties: {}, required: [] };
  const sorted = [...found.values()].sort((a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place));
  for (const { place, name, given } of sorted) {
    const argument = names.give(name, place);
    const [content] = safeEntries(given['content']);
    const schema = schemas.write(content ? (objectOf(content[1])['schema'] ?? {}) : given['schema']);
    result.parameters.push({ argument, name, place, json: content !== undefined, ...writingOf(place, given) });
    const description = textOf(given['description']).slice(0, MAX_DESCRIPTION);
    result.properties[argument] = description === '' ? schema : { ...schema, description };
    if (given['required'] === true || place === 'path') result.required.push(argument);
  }
  return result;
}

function writingOf(place: Place, given: JsonObject): Pick<Parameter, 'style' | 'explode' | 'allowReserved'> {
  const allowed = STYLES_AT[place];
  const style = styleOf(given['style'], allowed) ?? allowed[0] ?? 'simple';
  const explode = given['explode'];
  return {
    style,
    explode: typeof explode === 'boolean' ? explode : style === 'form',
    allowReserved: given['allowReserved'] === true,
  };
}

export function styleOf(given: JsonValue | undefined, allowed: readonly Style[] = STYLES): Style | undefined {
  return allowed.find((style) => style === given);
}
