import type { Json, JsonSchema, TypeName } from './json-schema.js';

/** Faults that are told at once: more are read by nobody. */
const MAX_FAULTS = 10;

/**
 * What is wrong with a value under a schema, in words for who wrote it: "/city is missing". Empty where nothing is.
 */
export function faultsOf(schema: JsonSchema, value: Json, path = ''): string[] {
  const here = path === '' ? 'the value' : path;
  const faults: string[] = [];
  const say = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${here} ${fault}`);
  };
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    return [`${here} must be ${types.join(' or ')}`];
  if (schema.enum)
    say(
      schema.enum.some((one) => same(one, value)),
      `must be one of ${JSON.stringify(schema.enum)}`,
    );
  if (schema.const !== undefined) say(same(schema.const, value), `must be ${JSON.stringify(schema.const)}`);
  if (typeof value === 'number') checkNumber(schema, value, say);
  if (typeof value === 'string') checkString(schema, value, say);
  if (isList(value)) faults.push(...faultsOfList(schema, value, path, say));
  else if (isObject(value)) faults.push(...faultsOfObject(schema, value, path, say));
  const fits = (below: JsonSchema) => faultsOf(below, value, path).length === 0;
  for (const below of schema.allOf ?? []) faults.push(...faultsOf(below, value, path));
  if (schema.anyOf) say(schema.anyOf.some(fits), 'fits none of what it may be');
  if (schema.oneOf) say(schema.oneOf.filter(fits).length === 1, 'must fit exactly one of what it may be');
  if (schema.not) say(!fits(schema.not), 'is what it must not be');
  return faults.slice(0, MAX_FAULTS);
}

type Say = (holds: boolean, fault: string) => void;
type JsonObject = { readonly [key: string]: Json };

function checkNumber(schema: JsonSchema, value: number, say: Say): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined) say(value >= minimum, `must be at least ${minimum}`);
  if (maximum !== undefined) say(value <= maximum, `must be at most ${maximum}`);
  if (exclusiveMinimum !== undefined) say(value > exclusiveMinimum, `must be more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined) say(value < exclusiveMaximum, `must be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined) say(isMultiple(value, multipleOf), `must be a multiple of ${multipleOf}`);
}

function checkString(schema: JsonSchema, value: string, say: Say): void {
  const { minLength, maxLength, pattern } = schema;
  const length = [...value].length;
  if (minLength !== undefined) say(length >= minLength, `must have at least ${minLength} characters`);
  if (maxLength !== undefined) say(length <= maxLength, `must have at most ${maxLength} characters`);
  if (pattern !== undefined) say(new RegExp(pattern, 'u').test(value), `must match ${pattern}`);
}

function faultsOfList(schema: JsonSchema, list: readonly Json[], path: string, say: Say): string[] {
  const { items, minItems, maxItems, uniqueItems } = schema;
  if (minItems !== undefined) say(list.length >= minItems, `must have at least ${minItems} items`);
  if (maxItems !== undefined) say(list.length <= maxItems, `must have at most ${maxItems} items`);
  if (uniqueItems === true) {
    const texts = list.map(canonical);
    say(new Set(texts).size === texts.length, 'must have no item twice');
  }
  return items ? list.flatMap((item, index) => faultsOf(items, item, `${path}/${index}`)) : [];
}

function faultsOfObject(schema: JsonSchema, value: JsonObject, path: string, say: Say): string[] {
  const { properties = {}, required = [], additionalProperties = true, minProperties, maxProperties } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined) say(names.length >= minProperties, `must have at least ${minProperties} members`);
  if (maxProperties !== undefined) say(names.length <= maxProperties, `must have at most ${maxProperties} members`);
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}/${name} is missing`);
  const below = Object.entries(value).flatMap(([name, member]) => {
    const place = `${path}/${name}`;
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (own === false) return [`${place} is not known`];
    return typeof own === 'object' ? faultsOf(own, member, place) : [];
  });
  return [...missing, ...below];
}

function isOfType(value: Json, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isList(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** 0.3 is a multiple of 0.1, whatever binary fractions say. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

function same(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort().join(',')}}`;
}
