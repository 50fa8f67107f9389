import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import {
  ANNOTATIONS,
  NEVER,
  TYPES,
  isAny,
  isNever,
  listAt,
  namesAt,
  objectAt,
  own,
  schemaEntriesAt,
  schemasAt,
  typesOf,
  without,
} from './keywords.js';
import { mergeSchemas, unionKeyword, unionOf } from './merge-schemas.js';
import { narrowEnum } from './narrow-enum.js';
import { SchemaRefusal } from './projection.js';

/** Whether JavaScript reads it as a regular expression. */
export function isPattern(value: JsonValue): boolean {
  try {
    return typeof value === 'string' && new RegExp(value) instanceof RegExp;
  } catch {
    // Not being one is the answer here.
    return false;
  }
}

/** A definition that says of a value no more than that the same definition fits it says nothing, and no check of it ends. */
export function refuseEndless(definitions: Readonly<Record<string, JsonObject>>): void {
  const left = new Map(Object.entries(definitions).map(([name, schema]) => [name, sameValueReferences(schema)]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [name, references] of left) if (!references.some((each) => left.has(each))) left.delete(name);
  }
  const [name] = left.keys();
  if (name !== undefined)
    throw new SchemaRefusal('dangling_reference', `/$defs/${name}`, `"${name}" leads only back to itself.`);
}

/** The definitions that are applied to the same value as the schema itself. */
function sameValueReferences(schema: JsonObject): string[] {
  const reference = own(schema, '$ref');
  const applied = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => schemasAt(schema, keyword));
  for (const keyword of ['not', 'if', 'then', 'else']) {
    const each = objectAt(schema, keyword);
    if (each !== undefined) applied.push(each);
  }
  applied.push(...schemaEntriesAt(schema, 'dependentSchemas').map(([, each]) => each));
  const direct = typeof reference === 'string' ? [reference.slice('#/$defs/'.length)] : [];
  return [...direct, ...applied.flatMap(sameValueReferences)];
}

/** Adds a union to what stands beside it. Alternatives that only name required properties stay a rule in words: see `allOf`. */
export function addUnion(beside: JsonObject, keyword: 'anyOf' | 'oneOf', alternatives: JsonObject[]): JsonObject {
  const union = unionOf(keyword, alternatives, {});
  const choosesPresence =
    objectAt(beside, 'properties') !== undefined &&
    alternatives.every((each) =>
      Object.keys(each).every((key) => key === 'required' || key === 'type' || ANNOTATIONS.has(key)),
    );
  if (choosesPresence && unionKeyword(union) !== undefined)
    return { ...beside, allOf: [...schemasAt(beside, 'allOf'), union] };
  return mergeSchemas(beside, union);
}

/** Puts what is read differently by nobody into its one form. */
export function tidy(schema: JsonObject, result: Record<string, JsonValue | undefined>): JsonObject {
  const silent: string[] = [];
  if (result['if'] === undefined || (result['then'] === undefined && result['else'] === undefined))
    silent.push('if', 'then', 'else');
  if (result['contains'] === undefined) silent.push('minContains', 'maxContains');
  if (listAt(result, 'prefixItems')?.length === 0) silent.push('prefixItems');
  if (listAt(result, 'required')?.length === 0) silent.push('required');
  if (result['uniqueItems'] === false) silent.push('uniqueItems');
  // OpenAPI's word, which ajv reads too; an enum that does not list null is taken to mean it as well, as Gemini does.
  if (schema['nullable'] === true) {
    if (Array.isArray(result['type']) && !result['type'].includes('null')) result['type'] = [...result['type'], 'null'];
    if (Array.isArray(result['enum']) && !result['enum'].includes(null)) result['enum'] = [...result['enum'], null];
  }
  const types = typesOf(result);
  if (types !== undefined)
    result['type'] = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  if (types !== undefined && EVERY_TYPE.every((type) => types.includes(type))) silent.push('type');
  if (result['not'] !== undefined && isJsonObject(result['not']) && isAny(result['not'])) return NEVER;
  if (impossible(result)) return NEVER;
  return narrowEnum(without(result, silent));
}

function impossible(result: JsonObject): boolean {
  const required = new Set(namesAt(result, 'required'));
  const objectsOnly = typesOf(result)?.every((type) => type === 'object') ?? false;
  return (
    objectsOnly && schemaEntriesAt(result, 'properties').some(([name, each]) => required.has(name) && isNever(each))
  );
}

/**
 * `unevaluatedProperties` and `unevaluatedItems` of a schema all of whose parts have become one. Beside alternatives they depend on which of
 * them fit, which no merged schema says: there they are only told.
 */
export function closeUnevaluated(schema: JsonObject, unevaluated: JsonObject): JsonObject {
  if (Object.keys(unevaluated).length === 0 || isNever(schema)) return schema;
  const conditional = ['allOf', 'anyOf', 'oneOf', '$ref', 'if', 'dependentSchemas', 'contains'];
  if (conditional.some((keyword) => own(schema, keyword) !== undefined)) {
    const told = typeof schema['description'] === 'string' ? `${schema['description']} ` : '';
    return { ...schema, description: `${told}Nothing beyond what is described here.` };
  }
  const { unevaluatedProperties: properties, unevaluatedItems: items } = unevaluated;
  return {
    ...schema,
    ...(properties === undefined || own(schema, 'additionalProperties') !== undefined
      ? {}
      : { additionalProperties: properties }),
    ...(items === undefined || own(schema, 'items') !== undefined ? {} : { items }),
  };
}

const EVERY_TYPE = TYPES.filter((type) => type !== 'integer');
