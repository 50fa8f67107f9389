import type { JsonObject } from '../json.js';
import { isJsonObject, stableStringify } from '../json.js';
import type { Part } from './emitter.js';
import { TYPES, listAt, typesOf } from './keywords.js';
import type { Codec } from './projection.js';
import { asJsonSchema, wireTypes } from './wire-schema.js';

/** Whether a schema on the wire lists every type. */
export function takesAll({ type }: JsonObject): boolean {
  return Array.isArray(type) && TYPES.every((each) => each === 'integer' || type.includes(each));
}

/** Whether a part of a schema is all the same as no part. */
export function saysNothing({ schema, codec }: Part): boolean {
  return codec === undefined && Object.keys(schema).length === 1 && takesAll(schema);
}

/** Each once. */
export function unlike(schemas: readonly JsonObject[]): JsonObject[] {
  return [...new Map(schemas.map((schema) => [stableStringify(schema), schema])).values()];
}

/** Whether no value fits two of these, as far as types and single values of a property show. */
export function areDisjoint(alternatives: readonly JsonObject[]): boolean {
  const kinds = alternatives.map((each) => typesOf(each) ?? []);
  const flat = kinds.flat().map((type) => (type === 'integer' ? 'number' : type));
  if (kinds.every((types) => types.length > 0) && new Set(flat).size === flat.length) return true;
  if (alternatives.every((each) => listAt(each, 'enum') !== undefined)) {
    const values = alternatives.flatMap((each) => listAt(each, 'enum') ?? []).map((value) => stableStringify(value));
    return new Set(values).size === values.length;
  }
  const tags = alternatives.map(tagsOf);
  return [...(tags[0]?.keys() ?? [])].some((name) => {
    const values = tags.flatMap((each) => each.get(name) ?? [null]);
    return !values.includes(null) && new Set(values).size === values.length;
  });
}

function tagsOf(schema: JsonObject): Map<string, (string | null)[]> {
  if (typesOf(schema)?.join() !== 'object') return new Map();
  const required = new Set(listAt(schema, 'required') ?? []);
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  return new Map(
    properties.flatMap(([name, each]): [string, string[]][] => {
      const values = isJsonObject(each) ? listAt(each, 'enum') : undefined;
      return values === undefined || !required.has(name) ? [] : [[name, values.map((value) => stableStringify(value))]];
    }),
  );
}

/** Whether what was changed on its way to the wire could there be taken for another alternative. */
export function areAlike(parts: readonly Part[]): boolean {
  return parts.some(
    ({ codec, schema }, index) =>
      (codec?.kind === 'choice' || codec?.kind === 'json_text' || codec?.kind === 'pairs') &&
      parts.some(
        (other, at) => at !== index && [...wireTypes(other.schema)].some((type) => wireTypes(schema).has(type)),
      ),
  );
}

/** The way back from a union; undefined where the wire's values are the author's. */
export function unionCodec(parts: readonly { node: JsonObject; part: Part }[]): Codec | undefined {
  const [only] = parts;
  if (parts.length === 1) return only?.part.codec;
  if (parts.every(({ part }) => part.codec === undefined)) return undefined;
  const branches = parts.map(({ node, part }) => ({
    schema: node,
    wire: asJsonSchema(part.schema),
    ...(part.codec === undefined ? {} : { codec: part.codec }),
  }));
  return { kind: 'union', branches };
}
