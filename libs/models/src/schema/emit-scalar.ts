import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, stableStringify } from '../json.js';
import type { TypeName } from './keywords.js';
import { ASSERTED_TYPE, typeOf } from './keywords.js';
import type { Codec } from './projection.js';
import type { Subset } from './subset.js';

/** What a part of the schema became. */
export interface Emitted {
  schema: JsonObject;
  codec?: Codec;
  /** Keywords that the wire does not say. */
  dropped: string[];
}

/** The rules of a string, number or boolean that the subset takes. */
export function emitScalar(node: JsonObject, type: TypeName, subset: Subset): Emitted {
  const schema: JsonObject = { type };
  const dropped: string[] = [];
  const about = type === 'integer' ? 'number' : type;
  for (const [keyword, value] of Object.entries(node)) {
    if (ASSERTED_TYPE[keyword] !== about || value === undefined) continue;
    if (takes(keyword, value, type, subset)) schema[keyword] = value;
    else dropped.push(keyword);
  }
  return { schema, dropped };
}

function takes(keyword: string, value: JsonValue, type: TypeName, subset: Subset): boolean {
  if (!subset.keywords.includes(keyword)) return false;
  if (keyword === 'pattern') return takesPattern(String(value), subset);
  if (keyword === 'format')
    return (
      (type === 'string' || type === 'number' || type === 'integer') &&
      (subset.formats[type] ?? []).includes(String(value))
    );
  if (type === 'number' || type === 'integer') return subset.bounds.includes(type);
  return true;
}

function takesPattern(pattern: string, { patterns }: Subset): boolean {
  // The group `(?:…)` is plain; every other `(?` looks around or names.
  if (patterns.plain && /\(\?(?!:)|\\[1-9bBkpPuX]/.test(pattern)) return false;
  if (patterns.uncounted && /\{\d/.test(pattern)) return false;
  return !patterns.anchored || (/^\^[^|]*\$$/.test(pattern) && !/\\\$$/.test(pattern));
}

/** An enum's values that are not null. */
export function emitEnum(values: readonly JsonValue[], { enums }: Subset): Emitted {
  const types = [...new Set(values.map(typeOf))];
  const wide = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  const [type] = wide;
  const single = wide.length === 1 ? type : undefined;
  if (enums.of === 'any')
    return { schema: single === undefined ? { enum: [...values] } : { type: single, enum: [...values] }, dropped: [] };
  const plain = wide.every((each) => each !== 'object' && each !== 'array');
  const taken =
    enums.of === 'primitive'
      ? plain
      : enums.of === 'strings'
        ? single === 'string'
        : single === 'string' || single === 'number' || single === 'integer';
  const texts = enums.emptyText || !values.includes('');
  if (taken && texts)
    return { schema: withFormat({ type: single ?? wide, enum: [...values] }, enums.format), dropped: [] };
  // Of a boolean nothing is gained by texts.
  if (single === 'boolean' && enums.of !== 'primitive')
    return { schema: { type: 'boolean' }, dropped: values.length === 2 ? [] : ['enum'] };
  const choices = choicesOf(values);
  const schema = withFormat({ type: 'string', enum: choices.map((choice) => choice.text) }, enums.format);
  return { schema, codec: { kind: 'choice', choices }, dropped: [] };
}

function withFormat(schema: JsonObject, format: string | undefined): JsonObject {
  return format === undefined ? schema : { ...schema, format };
}

/** A text for each value, no two alike and none empty: strings as they are, or where that could be misread, all as JSON. */
function choicesOf(values: readonly JsonValue[]): { text: string; value: JsonValue }[] {
  const plain = values.map((value) => ({ text: typeof value === 'string' ? value : textOf(value), value }));
  const texts = new Set(plain.map((choice) => choice.text));
  return texts.size === values.length && !texts.has('')
    ? plain
    : values.map((value) => ({ text: textOf(value), value }));
}

function textOf(value: JsonValue): string {
  return isJsonObject(value) || Array.isArray(value) ? stableStringify(value) : JSON.stringify(value);
}
