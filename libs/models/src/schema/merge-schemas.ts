import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, stableStringify } from '../json.js';
import type { TypeName } from './keywords.js';
import {
  ANNOTATIONS,
  NEVER,
  TYPES,
  isAny,
  isNever,
  namesAt,
  objectAt,
  own,
  schemasAt,
  typesOf,
  without,
} from './keywords.js';
import { narrowEnum } from './narrow-enum.js';

/** Alternatives that two unions make together; above this the second one stays a rule in words. */
const MAX_ALTERNATIVES = 64;

/** What a rule that is written into every alternative may cost, in characters. */
const MAX_DISTRIBUTED_CHARACTERS = 1_000_000;

/** Keywords that say something together: they are merged as one or not at all. */
const GROUPS: readonly (readonly [string, ...string[]])[] = [
  ['contains', 'minContains', 'maxContains'],
  ['if', 'then', 'else'],
  ['not'],
];
/**
 * The normal schema that is satisfied by what satisfies both: exact, never an approximation. What cannot be merged stands in `allOf`. Of
 * annotations the first's win.
 */
export function mergeSchemas(first: JsonObject, second: JsonObject): JsonObject {
  if (isNever(first) || isNever(second)) return NEVER;
  if (isAny(second)) return { ...second, ...first };
  if (isAny(first)) return { ...second, ...first };
  if (stableStringify(first) === stableStringify(second)) return first;
  if (own(first, '$ref') !== undefined) return withRest(first, second);
  if (own(second, '$ref') !== undefined) return { ...withRest(second, first), ...annotationsOf(first) };
  const firstUnion = unionKeyword(first);
  const secondUnion = unionKeyword(second);
  if (firstUnion === undefined && secondUnion === undefined) return mergePlain(first, second);
  if (firstUnion === undefined && secondUnion !== undefined) return distribute(second, secondUnion, first, first);
  if (firstUnion !== undefined && secondUnion === undefined) return distribute(first, firstUnion, second, first);
  const count = schemasAt(first, firstUnion ?? '').length * schemasAt(second, secondUnion ?? '').length;
  if (count > MAX_ALTERNATIVES || firstUnion !== secondUnion) return withRest(first, second);
  const alternatives = schemasAt(first, firstUnion ?? '').flatMap((one) =>
    schemasAt(second, secondUnion ?? '').map((other) => mergeSchemas(one, other)),
  );
  return unionOf(firstUnion ?? 'anyOf', alternatives, { ...annotationsOf(second), ...annotationsOf(first) });
}

/** `anyOf` or `oneOf`, where a normal schema is a union. */
export function unionKeyword(schema: JsonObject): 'anyOf' | 'oneOf' | undefined {
  if (own(schema, 'anyOf') !== undefined) return 'anyOf';
  return own(schema, 'oneOf') === undefined ? undefined : 'oneOf';
}

/** A union in normal form: flat, without what nothing satisfies, and no union where one alternative is left. */
export function unionOf(keyword: 'anyOf' | 'oneOf', all: readonly JsonObject[], annotations: JsonObject): JsonObject {
  const seen = new Set<string>();
  const alternatives: JsonObject[] = [];
  for (const schema of all.flatMap((each) => (keyword === 'anyOf' ? alternativesOf(each) : [each]))) {
    if (isNever(schema)) continue;
    const key = stableStringify(schema);
    // Of two equal alternatives neither can be the only one that fits.
    if (seen.has(key) && keyword === 'anyOf') continue;
    seen.add(key);
    alternatives.push(schema);
  }
  const [only] = alternatives;
  if (only === undefined) return NEVER;
  if (alternatives.length === 1) return { ...only, ...annotations };
  if (keyword === 'anyOf' && alternatives.some((each) => isAny(each))) return annotations;
  return { [keyword]: alternatives, ...annotations };
}

export function annotationsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => ANNOTATIONS.has(keyword)));
}

export function withoutAnnotations(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)));
}

function alternativesOf(schema: JsonObject): JsonObject[] {
  const inner = own(schema, 'anyOf');
  // A union with a description or a further rule of its own stays what it is.
  return inner !== undefined && Object.keys(schema).length === 1 ? schemasAt(schema, 'anyOf') : [schema];
}

function distribute(union: JsonObject, keyword: 'anyOf' | 'oneOf', into: JsonObject, first: JsonObject): JsonObject {
  const rest = withoutAnnotations(into);
  const alternatives = schemasAt(union, keyword);
  if (alternatives.length * JSON.stringify(rest).length > MAX_DISTRIBUTED_CHARACTERS)
    return { ...withRest(into, union), ...annotationsOf(first) };
  const merged = alternatives.map((alternative) => mergeSchemas(alternative, rest));
  const result = unionOf(keyword, merged, { ...annotationsOf(union), ...annotationsOf(into), ...annotationsOf(first) });
  const residual = schemasAt(union, 'allOf');
  return residual.length === 0 || isNever(result)
    ? result
    : { ...result, allOf: [...schemasAt(result, 'allOf'), ...residual] };
}

function withRest(schema: JsonObject, rest: JsonObject): JsonObject {
  return { ...annotationsOf(rest), ...schema, allOf: [...schemasAt(schema, 'allOf'), withoutAnnotations(rest)] };
}

function mergePlain(first: JsonObject, whole: JsonObject): JsonObject {
  for (const [one, other] of [
    [first, whole],
    [whole, first],
  ] as const) {
    const byPattern =
      own(one, 'patternProperties') !== undefined && own(one, 'patternProperties') !== own(other, 'patternProperties');
    const declared = own(other, 'properties') !== undefined || own(other, 'additionalProperties') !== undefined;
    if (byPattern && (declared || own(other, 'patternProperties') !== undefined))
      return { ...withRest(other, one), ...annotationsOf(first) };
  }
  const rest: JsonObject[] = [...schemasAt(first, 'allOf'), ...schemasAt(whole, 'allOf')];
  let second = whole;
  for (const group of GROUPS) {
    if (own(first, group[0]) === undefined || own(second, group[0]) === undefined) continue;
    const [one, other] = [pick(first, group), pick(second, group)];
    second = without(second, group);
    if (stableStringify(one) !== stableStringify(other)) rest.push(other);
  }
  const merged: Record<string, JsonValue | undefined> = { ...second, ...first };
  const types = commonTypes(typesOf(first), typesOf(second));
  if (types !== undefined) {
    if (types.length === 0) return NEVER;
    merged['type'] = types;
  }
  const objects = mergeObjects(first, second);
  if (objects === undefined) return NEVER;
  Object.assign(merged, objects, mergeArrays(first, second));
  for (const keyword of Object.keys(first)) {
    const one = own(first, keyword);
    const other = own(second, keyword);
    if (
      one === undefined ||
      other === undefined ||
      Object.hasOwn(MERGED_ELSEWHERE, keyword) ||
      ANNOTATIONS.has(keyword)
    )
      continue;
    const both = mergeKeyword(keyword, one, other);
    if (both === undefined) rest.push({ [keyword]: other });
    else merged[keyword] = both;
  }
  if (rest.length > 0) merged['allOf'] = rest;
  return narrowEnum(merged);
}

const MERGED_ELSEWHERE: Readonly<Record<string, true>> = {
  additionalProperties: true,
  allOf: true,
  items: true,
  prefixItems: true,
  properties: true,
  type: true,
};

function pick(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(
    keywords.flatMap((each) => (own(schema, each) === undefined ? [] : [[each, schema[each]]])),
  );
}

/** Both values of one keyword as one; undefined where there is no such value. */
function mergeKeyword(keyword: string, one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (stableStringify(one) === stableStringify(other)) return one;
  if (typeof one === 'number' && typeof other === 'number') {
    if (keyword === 'multipleOf') return commonMultiple(one, other);
    return /^(?:min|exclusiveMin)/.test(keyword) ? Math.max(one, other) : Math.min(one, other);
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    if (keyword === 'required') return [...new Set([...one, ...other])];
    const allowed = new Set(other.map((value) => stableStringify(value)));
    return keyword === 'enum' ? one.filter((value) => allowed.has(stableStringify(value))) : undefined;
  }
  if (keyword === 'uniqueItems') return one === true || other === true;
  if (keyword === 'propertyNames' && isJsonObject(one) && isJsonObject(other)) return mergeSchemas(one, other);
  if (keyword === 'dependentRequired' && isJsonObject(one) && isJsonObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.fromEntries(
      names.map((name) => [name, [...new Set([...namesAt(one, name), ...namesAt(other, name)])]]),
    );
  }
  return undefined;
}

function commonMultiple(one: number, other: number): number | undefined {
  if (!Number.isSafeInteger(one) || !Number.isSafeInteger(other) || one <= 0 || other <= 0) return undefined;
  let [large, small] = [one, other];
  while (small !== 0) [large, small] = [small, large % small];
  const multiple = (one / large) * other;
  return Number.isSafeInteger(multiple) ? multiple : undefined;
}

function commonTypes(first: TypeName[] | undefined, second: TypeName[] | undefined): TypeName[] | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const allows = (types: readonly TypeName[], type: TypeName): boolean =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  const both = TYPES.filter((type) => allows(first, type) && allows(second, type));
  return both.includes('number') ? both.filter((type) => type !== 'integer') : both;
}

/** The keywords about properties of both; undefined where a required property can have no value. */
function mergeObjects(first: JsonObject, second: JsonObject): JsonObject | undefined {
  const merged: JsonObject = {};
  const properties = new Map<string, JsonObject>();
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const beyond = objectAt(other, 'additionalProperties');
    for (const [name, schema] of Object.entries(objectAt(one, 'properties') ?? {})) {
      if (!isJsonObject(schema) || properties.has(name)) continue;
      const also = objectAt(other, 'properties');
      const declared = also === undefined ? undefined : own(also, name);
      // What the other schema does not declare it still has a say in, through its additionalProperties.
      const against = isJsonObject(declared) ? declared : beyond;
      properties.set(name, against === undefined ? schema : mergeSchemas(schema, against));
    }
  }
  const required = new Set([...namesAt(first, 'required'), ...namesAt(second, 'required')]);
  for (const [name, schema] of properties) if (isNever(schema) && required.has(name)) return undefined;
  if (properties.size > 0) merged['properties'] = Object.fromEntries(properties);
  const [one, other] = [objectAt(first, 'additionalProperties'), objectAt(second, 'additionalProperties')];
  const beyond = one === undefined ? other : other === undefined ? one : mergeSchemas(one, other);
  if (beyond !== undefined) merged['additionalProperties'] = beyond;
  return merged;
}

function mergeArrays(first: JsonObject, second: JsonObject): JsonObject {
  const [ones, others] = [schemasAt(first, 'prefixItems'), schemasAt(second, 'prefixItems')];
  const [one, other] = [objectAt(first, 'items'), objectAt(second, 'items')];
  const merged: JsonObject = {};
  const length = Math.max(ones.length, others.length);
  const prefix = Array.from({ length }, (_, index) =>
    mergeSchemas(ones[index] ?? one ?? {}, others[index] ?? other ?? {}),
  );
  if (prefix.length > 0) merged['prefixItems'] = prefix;
  if (one !== undefined || other !== undefined) merged['items'] = mergeSchemas(one ?? {}, other ?? {});
  return merged;
}
