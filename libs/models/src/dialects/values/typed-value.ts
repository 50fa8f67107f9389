import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';
import type { ReadValue } from './read-json.js';
import { readJson } from './read-json.js';

/**
 * Values of formats that write text as it is and everything else as JSON, so that only the schema tells `1` from `"1"`
 * (Qwen3-Coder, GLM, MiniMax and their kin).
 */
export function readTyped(text: string, schema: JsonObject | undefined): ReadValue {
  const types = typesOf(schema);
  const asText: ReadValue = { value: text, repairs: [] };
  if (types?.size === 1 && types.has('string')) return asText;
  const trimmed = text.trim();
  const read = readJson(trimmed);
  if (types === undefined || types.has('string')) {
    // Text is possible: only what is plainly something else, and something that may be here, is taken for it.
    return read !== undefined && read.repairs.length === 0 && isOneOf(read.value, types) ? read : asText;
  }
  if (read === undefined) return asText;
  // `"5"` where only a number may stand is one that was quoted twice: the schema decides, and not here.
  return read;
}

/** The text that `readTyped` reads as this value. */
export function writeTyped(value: JsonValue, schema: JsonObject | undefined): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const types = typesOf(schema);
  if (types?.size === 1 && types.has('string')) return value;
  const misread = types !== undefined && !types.has('string') ? undefined : parseJson(value.trim());
  return misread !== undefined && isOneOf(misread, types) ? JSON.stringify(value) : value;
}

/** The schema of a member, through local references and compositions as far as one answer follows. */
export function memberSchema(schema: JsonObject | undefined, key: string): JsonObject | undefined {
  if (schema === undefined) return undefined;
  const root = schema;
  for (const each of alternatives(schema, root, 0)) {
    const properties = each['properties'];
    if (isJsonObject(properties) && Object.hasOwn(properties, key)) {
      const member = properties[key];
      return isJsonObject(member) ? { ...definitionsOf(root), ...member } : undefined;
    }
  }
  for (const each of alternatives(schema, root, 0)) {
    const other = each['additionalProperties'];
    if (isJsonObject(other)) return { ...definitionsOf(root), ...other };
  }
  return undefined;
}

/** The schema of an array's items. */
export function itemSchema(schema: JsonObject | undefined): JsonObject | undefined {
  if (schema === undefined) return undefined;
  for (const each of alternatives(schema, schema, 0))
    if (isJsonObject(each['items'])) return { ...definitionsOf(schema), ...each['items'] };
  return undefined;
}

/** Types that a schema allows; undefined where it does not say. */
export function typesOf(schema: JsonObject | undefined): ReadonlySet<string> | undefined {
  if (schema === undefined) return undefined;
  const types = new Set<string>();
  for (const each of alternatives(schema, schema, 0)) {
    const own = ownTypes(each);
    if (own === undefined) {
      if (COMPOSING.some((keyword) => Array.isArray(each[keyword])) || typeof each['$ref'] === 'string') continue;
      return undefined;
    }
    for (const type of own) types.add(type);
  }
  return types.size === 0 ? undefined : types;
}

const COMPOSING = ['anyOf', 'oneOf', 'allOf'] as const;
const MAX_LEVELS = 8;

/** The schema itself and everything that it is composed of. */
function alternatives(schema: JsonObject, root: JsonObject, level: number): JsonObject[] {
  if (level > MAX_LEVELS) return [];
  const found = [schema];
  for (const keyword of COMPOSING) {
    const members = schema[keyword];
    if (Array.isArray(members))
      for (const member of members) if (isJsonObject(member)) found.push(...alternatives(member, root, level + 1));
  }
  const target = referenced(schema['$ref'], root);
  if (target !== undefined) found.push(...alternatives(target, root, level + 1));
  return found;
}

function referenced(reference: JsonValue | undefined, root: JsonObject): JsonObject | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  let place: JsonValue | undefined = root;
  for (const step of reference.slice(2).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    place = isJsonObject(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  }
  return isJsonObject(place) ? place : undefined;
}

function definitionsOf(root: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const keyword of ['$defs', 'definitions']) if (root[keyword] !== undefined) kept[keyword] = root[keyword];
  return kept;
}

function ownTypes(schema: JsonObject): string[] | undefined {
  const { type } = schema;
  const named = (Array.isArray(type) ? type : [type]).filter((each): each is string => typeof each === 'string');
  // Meta's own prompts say `dict`.
  if (named.length > 0) return named.map((each) => (each === 'dict' ? 'object' : each));
  if (Array.isArray(schema['enum'])) return schema['enum'].map(typeOf);
  if (schema['const'] !== undefined) return [typeOf(schema['const'])];
  if (isJsonObject(schema['properties'])) return ['object'];
  return undefined;
}

function isOneOf(value: JsonValue, types: ReadonlySet<string> | undefined): boolean {
  if (types === undefined) return true;
  const type = typeOf(value);
  return types.has(type) || (type === 'integer' && types.has('number'));
}

/** The JSON Schema type of a value; whole numbers are integers. */
export function typeOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
