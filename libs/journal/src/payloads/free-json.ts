import type { JsonObject, JsonValue, RunEventSchema } from '@switchyard/contracts';

type DescMessage = typeof RunEventSchema;
type DescField = DescMessage['fields'][number];

/** Fields of these types hold any JSON: a reference may stand there. Elsewhere a reader expects what the contract says. */
const FREE = new Set(['google.protobuf.Struct', 'google.protobuf.Value', 'google.protobuf.ListValue']);

/**
 * A message's wire form with each part that may be any JSON replaced by what `change` makes of it. Gives the same object
 * where nothing changed.
 */
export function mapFreeJson(
  schema: DescMessage,
  wire: JsonObject,
  change: (value: JsonValue) => JsonValue,
): JsonObject {
  let changed = wire;
  for (const field of schema.fields) {
    const value = wire[field.name];
    if (value === undefined) continue;
    const after = mapField(field, value, change);
    if (after !== value) changed = { ...changed, [field.name]: after };
  }
  return changed;
}

function mapField(field: DescField, value: JsonValue, change: (value: JsonValue) => JsonValue): JsonValue {
  const message = messageOf(field);
  if (!message) return value;
  const one = (item: JsonValue): JsonValue => {
    if (FREE.has(message.typeName)) return change(item);
    return isObject(item) ? mapFreeJson(message, item, change) : item;
  };
  if (field.fieldKind === 'list' && Array.isArray(value)) return same(value, value.map(one));
  if (field.fieldKind === 'map' && isObject(value)) {
    const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [key, one(item)]);
    return entries.every(([key, item]) => value[key] === item) ? value : Object.fromEntries(entries);
  }
  return one(value);
}

function messageOf(field: DescField): DescMessage | undefined {
  // The generated types name one message each; all have the shape that is walked here.
  return field.message as DescMessage | undefined;
}

function same(before: JsonValue[], after: JsonValue[]): JsonValue[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
