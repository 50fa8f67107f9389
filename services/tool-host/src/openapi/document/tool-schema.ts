import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { DocumentFault } from './document-fault.js';
import { isObject, listOf, objectOf, safeEntries, textOf } from './json.js';
import type { LocalReferences } from './local-references.js';

/** Schemas in the arguments of one operation; Stripe's largest has 4,000. */
const MAX_SCHEMAS = 10_000;
/** Levels without references; providers stop at 10 to 30. */
const MAX_LEVELS = 60;
/** Of one property; the long ones are manuals. */
const MAX_DESCRIPTION = 1_000;

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

type Reader = (value: JsonValue) => JsonValue | undefined;

const count: Reader = (value) => (Number.isInteger(value) && Number(value) >= 0 ? value : undefined);
const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const names: Reader = (value) => {
  const list = [...new Set(listOf(value).filter((name) => typeof name === 'string'))];
  return list.length > 0 ? list : undefined;
};

/** Keywords that hold no schemas, and what of their values can be used: documents in the wild have `required: true`. */
const PLAIN: Readonly<Record<string, Reader>> = {
  title: text,
  description: (value) => (typeof value === 'string' ? value.slice(0, MAX_DESCRIPTION) : undefined),
  default: (value) => value,
  const: (value) => value,
  enum: (value) => (Array.isArray(value) && value.length > 0 ? value : undefined),
  format: text,
  contentEncoding: text,
  contentMediaType: text,
  multipleOf: (value) => (typeof value === 'number' && value > 0 ? value : undefined),
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  uniqueItems: (value) => (value === true ? true : undefined),
  required: names,
  pattern: (value) => (typeof value === 'string' && isPattern(value) ? value : undefined),
};

const INNER = [
  'items',
  'additionalProperties',
  'not',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const INNER_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/**
 * Writes schemas of a document as JSON Schema 2020-12 for the arguments of one tool. What is referred to stands once, under
 * `$defs`, so that cycles and shared parts stay as small as they are. Read-only properties are left out: they are for answers.
 */
export class ToolSchemas {
  private readonly definitions: Record<string, JsonValue> = {};
  private readonly nameOf = new Map<string, string>();
  private readonly pending: { name: string; schema: JsonValue }[] = [];
  private written = 0;

  constructor(
    private readonly references: LocalReferences,
    /** OpenAPI 3.0: `nullable`, and bounds that are excluded by a flag. */
    private readonly older: boolean,
  ) {}

  /** @throws DocumentFault */
  write(schema: JsonValue | undefined): JsonObject {
    const written = this.schema(schema ?? {}, 0);
    return isObject(written) ? written : { not: {} };
  }

  /**
   * What the written schemas refer to.
   *
   * @throws DocumentFault
   */
  definitionsWritten(): JsonObject {
    for (let next = this.pending.pop(); next; next = this.pending.pop())
      this.definitions[next.name] = this.schema(next.schema, 0);
    return this.definitions;
  }

  private schema(schema: JsonValue, level: number): JsonValue {
    if (typeof schema === 'boolean') return schema;
    if (!isObject(schema)) throw new DocumentFault('a schema of its arguments is no object');
    if (level > MAX_LEVELS) throw new DocumentFault(`its arguments nest deeper than ${MAX_LEVELS} levels`);
    if (++this.written > MAX_SCHEMAS) throw new DocumentFault(`its arguments have more than ${MAX_SCHEMAS} schemas`);
    if (schema['$dynamicRef'] !== undefined)
      throw new DocumentFault(
        'a schema of its arguments has a $dynamicRef, which leads to different schemas from different places',
      );
    const reference = schema['$ref'];
    if (typeof reference === 'string') return this.reference(reference, schema, level);
    return this.members(schema, level);
  }

  /** In 3.0 what stands beside a reference is not looked at; since 3.1 it counts. */
  private reference(reference: string, schema: JsonObject, level: number): JsonObject {
    const name = this.define(reference);
    const { $ref: _, ...beside } = schema;
    return { ...(this.older ? {} : this.members(beside, level)), $ref: `#/$defs/${name}` };
  }

  private define(reference: string): string {
    const known = this.nameOf.get(reference);
    if (known !== undefined) return known;
    const target = this.references.at(reference);
    // Where it only leads on to itself there is no schema.
    if (isObject(target) && typeof target['$ref'] === 'string') this.references.follow(target);
    const plain = (reference.split('/').at(-1) ?? '').replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40) || 'schema';
    const taken = new Set(this.nameOf.values());
    let name = plain === '__proto__' ? 'schema' : plain;
    for (let number = 2; taken.has(name); number++) name = `${plain}_${number}`;
    this.nameOf.set(reference, name);
    this.pending.push({ name, schema: target });
    return name;
  }

  private members(schema: JsonObject, level: number): JsonObject {
    const result: Record<string, JsonValue> = {};
    for (const [keyword, read] of Object.entries(PLAIN)) {
      const value = Object.hasOwn(schema, keyword) ? read(schema[keyword] ?? null) : undefined;
      if (value !== undefined) result[keyword] = value;
    }
    for (const keyword of INNER) {
      const inner = schema[keyword];
      if (isObject(inner) || typeof inner === 'boolean') result[keyword] = this.schema(inner, level + 1);
    }
    for (const keyword of INNER_LISTS) {
      const list = listOf(schema[keyword]);
      if (list.length > 0) result[keyword] = list.map((inner) => this.schema(inner, level + 1));
    }
    this.addProperties(schema, result, level);
    this.addBounds(schema, result);
    this.addType(schema, result);
    return result;
  }

  private addProperties(schema: JsonObject, result: Record<string, JsonValue>, level: number): void {
    const properties = safeEntries(schema['properties']);
    const readOnly = new Set(properties.filter(([, property]) => this.isReadOnly(property)).map(([name]) => name));
    if (properties.length > 0)
      result['properties'] = Object.fromEntries(
        properties
          .filter(([name]) => !readOnly.has(name))
          .map(([name, property]) => [name, this.schema(property, level + 1)]),
      );
    const patterns = safeEntries(schema['patternProperties']).filter(([pattern]) => isPattern(pattern));
    if (patterns.length > 0)
      result['patternProperties'] = Object.fromEntries(
        patterns.map(([pattern, property]) => [pattern, this.schema(property, level + 1)]),
      );
    const required = listOf(result['required']).filter((name) => !readOnly.has(textOf(name)));
    if (required.length > 0) result['required'] = required;
    else delete result['required'];
    const together = safeEntries(schema['dependentRequired']).flatMap(([name, needs]) => {
      const list = names(needs);
      return list === undefined ? [] : [[name, list] as const];
    });
    if (together.length > 0) result['dependentRequired'] = Object.fromEntries(together);
  }

  private isReadOnly(property: JsonValue): boolean {
    if (objectOf(property)['readOnly'] === true) return true;
    const reference = textOf(objectOf(property)['$ref']);
    return reference !== '' && objectOf(this.references.at(reference))['readOnly'] === true;
  }

  private addBounds(schema: JsonObject, result: Record<string, JsonValue>): void {
    for (const [bound, excluded] of [
      ['minimum', 'exclusiveMinimum'],
      ['maximum', 'exclusiveMaximum'],
    ] as const) {
      const [value, exclusive] = [schema[bound], schema[excluded]];
      if (typeof value === 'number') result[exclusive === true ? excluded : bound] = value;
      if (typeof exclusive === 'number') result[excluded] = exclusive;
    }
  }

  private addType(schema: JsonObject, result: Record<string, JsonValue>): void {
    const given = Array.isArray(schema['type']) ? schema['type'] : [schema['type'] ?? ''];
    const types = [...new Set(given.map((type) => textOf(type)).filter((type) => TYPES.includes(type)))];
    if (this.older && schema['nullable'] === true && types.length > 0) {
      if (!types.includes('null')) types.push('null');
      const choices = result['enum'];
      if (Array.isArray(choices) && !choices.includes(null)) result['enum'] = [...choices, null];
    }
    const [first] = types;
    if (first !== undefined) result['type'] = types.length === 1 ? first : types;
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    // Written for another engine. The API checks it; that no call could be made would be worse.
    return false;
  }
}
