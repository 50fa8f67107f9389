import type { JsonObject, JsonValue } from '@switchyard/models';

/** One parameter of a tool, as far as filling it needs. */
export interface Property {
  name: string;
  schema: JsonObject;
  required: boolean;
}

/** The parameters of a tool's schema, in its order. */
export function propertiesOf(schema: JsonObject): Property[] {
  const properties = asObject(schema['properties']) ?? {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).map(([name, value]) => ({
    name,
    schema: asObject(value) ?? {},
    required: required.includes(name),
  }));
}

/** The types that a schema allows; `string` when it does not say. */
export function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((each): each is string => typeof each === 'string');
  const variants = [schema['anyOf'], schema['oneOf']].flatMap((each) => (Array.isArray(each) ? each : []));
  const types = variants.flatMap((each) => typesOf(asObject(each) ?? {}));
  return types.length === 0 ? ['string'] : types;
}

/** What a schema itself offers for a parameter that the text says nothing about: its constant, default or first choice. */
export function offeredValue(schema: JsonObject): JsonValue | undefined {
  if (schema['const'] !== undefined) return schema['const'];
  if (schema['default'] !== undefined) return schema['default'];
  return Array.isArray(schema['enum']) ? schema['enum'][0] : undefined;
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
