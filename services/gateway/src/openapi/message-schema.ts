import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { rulesOf, type JsonObject } from '@switchyard/contracts';

/** proto3 JSON of google.protobuf's own messages. https://protobuf.dev/programming-guides/json/ */
const WELL_KNOWN: Readonly<Record<string, JsonObject>> = {
  'google.protobuf.Value': { description: 'Any JSON.' },
  'google.protobuf.Struct': { type: 'object', additionalProperties: true },
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
};

const SCALARS: Readonly<Partial<Record<ScalarType, JsonObject>>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: { type: 'number' },
  [ScalarType.FLOAT]: { type: 'number' },
  [ScalarType.UINT32]: { type: 'integer', minimum: 0, maximum: 0xffffffff },
  [ScalarType.INT32]: { type: 'integer' },
};

export interface MessageSchemaOptions {
  /** Fields left out: dotted, one level down at most ("scope.tenant"). */
  without?: readonly string[];
  /** Says of each field what the contracts say in words. */
  describe?: (message: DescMessage, field: DescField) => string | undefined;
}

/** The name of a message among the document's components. */
export function componentOf(message: DescMessage): string {
  return message.name;
}

/** JSON Schema (2020-12) of a message's proto3 JSON with the field names of the .proto files. Pure. */
export function messageSchema(message: DescMessage, options: MessageSchemaOptions = {}): JsonObject {
  const rules = rulesOf(message);
  const without = options.without ?? [];
  const fields = message.fields.filter((field) => !without.includes(field.name));
  const properties = fields.map((field) => {
    const deeper = without
      .filter((path) => path.startsWith(`${field.name}.`))
      .map((path) => path.slice(field.name.length + 1));
    const inner =
      deeper.length > 0 && field.fieldKind === 'message'
        ? messageSchema(field.message, { ...options, without: deeper })
        : typeOf(field);
    const description = options.describe?.(message, field);
    return [field.name, { ...inner, ...limitsOf(rules[field.name]), ...(description ? { description } : {}) }] as const;
  });
  const required = fields.map((field) => field.name).filter((name) => rules[name]?.required);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** The messages that a message's schema refers to. */
export function referredMessages(message: DescMessage): DescMessage[] {
  return message.fields.flatMap((field) => {
    const inner = field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? undefined : field.message;
    return inner === undefined || inner.typeName in WELL_KNOWN ? [] : [inner];
  });
}

function typeOf(field: DescField): JsonObject {
  if (field.fieldKind === 'list') return { type: 'array', items: single(field.scalar, field.message) };
  if (field.fieldKind === 'map') return { type: 'object', additionalProperties: single(field.scalar, field.message) };
  return single(field.scalar, field.message);
}

function single(scalar: ScalarType | undefined, message: DescMessage | undefined): JsonObject {
  if (message) return WELL_KNOWN[message.typeName] ?? { $ref: `#/components/schemas/${componentOf(message)}` };
  const schema = scalar === undefined ? undefined : SCALARS[scalar];
  if (!schema) throw new Error(`Field type ${String(scalar)} has no JSON Schema here yet`);
  return schema;
}

function limitsOf(rule: ReturnType<typeof rulesOf>[string] | undefined): JsonObject {
  if (!rule) return {};
  return {
    ...(rule.pattern ? { pattern: rule.pattern.source } : {}),
    ...(rule.maxLength === undefined ? {} : { maxLength: rule.maxLength }),
    // JSON Schema knows characters alone: no text of so many bytes has more of them.
    ...(rule.maxBytes === undefined ? {} : { maxLength: rule.maxBytes, 'x-max-bytes': rule.maxBytes }),
    ...(rule.oneOf ? { enum: [...rule.oneOf] } : {}),
  };
}
