import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import type { SubsetName } from './projection.js';

/** Throws with the provider's reason where a schema breaks its published rules. Written from the same pages as subsets.ts, and apart from it. */
export const VALIDATORS: Readonly<Record<Exclude<SubsetName, 'json-schema'>, (schema: JsonObject) => void>> = {
  'openai-strict': validateOpenai,
  gemini: validateGemini,
  'anthropic-output': validateAnthropic,
  grammar: validateGrammar,
  moonshot: validateMoonshot,
};

const SCALARS = ['string', 'number', 'integer', 'boolean', 'null'];
const TYPES = [...SCALARS, 'object', 'array'];

function check(holds: boolean, at: string, reason: string): asserts holds {
  if (!holds) throw new Error(`In context=(${at}), ${reason}`);
}

/** Every schema of a document, with its place. */
function* each(schema: JsonObject, at = ''): Generator<{ schema: JsonObject; at: string }> {
  yield { schema, at };
  const { properties, items, anyOf, additionalProperties, $defs } = schema;
  for (const [keyword, named] of Object.entries({ properties, $defs }))
    if (isJsonObject(named))
      for (const [name, value] of Object.entries(named)) {
        check(isJsonObject(value), `${at}/${keyword}/${name}`, 'a schema has to be an object.');
        yield* each(value, `${at}/${keyword}/${name}`);
      }
  for (const [keyword, value] of Object.entries({ items, additionalProperties }))
    if (isJsonObject(value)) yield* each(value, `${at}/${keyword}`);
    else if (keyword === 'items') check(value === undefined, at, 'items has to be an object.');
  if (anyOf === undefined) return;
  check(Array.isArray(anyOf) && anyOf.length > 0, at, 'anyOf has to be a list.');
  for (const [index, value] of anyOf.entries()) {
    check(isJsonObject(value), `${at}/anyOf/${index}`, 'a schema has to be an object.');
    yield* each(value, `${at}/anyOf/${index}`);
  }
}

function onlyKeywords(schema: JsonObject, allowed: readonly string[], at: string): void {
  for (const [keyword, value] of Object.entries(schema))
    check(value !== undefined && allowed.includes(keyword), at, `'${keyword}' is not permitted.`);
}

function typeList(schema: JsonObject): string[] {
  const { type } = schema;
  return (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
}

function references(root: JsonObject, schema: JsonObject, at: string): void {
  const { $ref } = schema;
  if ($ref === undefined) return;
  check(Object.keys(schema).length === 1, at, '$ref cannot have keywords beside it.');
  check(typeof $ref === 'string' && $ref.startsWith('#/$defs/'), at, 'references must start with #/$defs/.');
  const defs = root['$defs'];
  check(isJsonObject(defs) && Object.hasOwn(defs, $ref.slice(8)), at, 'reference cannot be resolved.');
}

function requiredDeclared(schema: JsonObject, at: string): void {
  const { required, properties } = schema;
  if (required === undefined) return;
  check(
    Array.isArray(required) && new Set(required).size === required.length,
    at,
    'required has to be a list without repeats.',
  );
  check(typeList(schema).includes('object'), at, 'required: only allowed for OBJECT type.');
  for (const name of required)
    check(
      typeof name === 'string' && isJsonObject(properties) && Object.hasOwn(properties, name),
      at,
      `required: ${String(name)} is not defined.`,
    );
}

function allRequired(schema: JsonObject, at: string): void {
  const { properties, required } = schema;
  check(isJsonObject(properties) && Array.isArray(required), at, "'required' is required to be supplied.");
  for (const name of Object.keys(properties)) check(required.includes(name), at, `Missing '${name}'.`);
}

function validateOpenai(root: JsonObject): void {
  const scalar = [
    'type',
    'description',
    'enum',
    'pattern',
    'format',
    'multipleOf',
    'maximum',
    'exclusiveMaximum',
    'minimum',
    'exclusiveMinimum',
  ];
  const allowed = [
    ...scalar,
    'items',
    'minItems',
    'maxItems',
    'properties',
    'required',
    'additionalProperties',
    'anyOf',
    '$ref',
    '$defs',
  ];
  check(
    root['type'] === 'object' && root['anyOf'] === undefined,
    'root',
    "schema must have type 'object' and no anyOf at the top level.",
  );
  let properties = 0;
  let values = 0;
  for (const { schema, at } of each(root)) {
    onlyKeywords(schema, at === '' ? allowed : allowed.filter((keyword) => keyword !== '$defs'), at);
    references(root, schema, at);
    requiredDeclared(schema, at);
    const { type, anyOf, $ref } = schema;
    check(type !== undefined || anyOf !== undefined || $ref !== undefined, at, "schema must have a 'type' key.");
    check(
      typeList(schema).every((name) => TYPES.includes(name)),
      at,
      'unknown type.',
    );
    if (typeList(schema).includes('object')) {
      check(
        schema['additionalProperties'] === false,
        at,
        "'additionalProperties' is required to be supplied and to be false.",
      );
      allRequired(schema, at);
      properties += Object.keys(isJsonObject(schema['properties']) ? schema['properties'] : {}).length;
    }
    if (typeList(schema).includes('array')) check(isJsonObject(schema['items']), at, 'array schema missing items.');
    const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];
    check(schema['format'] === undefined || formats.includes(String(schema['format'])), at, 'is not a valid format.');
    check(!/\(\?[=!<]/.test(String(schema['pattern'])), at, 'look-around is not supported.');
    if (Array.isArray(schema['enum'])) {
      values += schema['enum'].length;
      for (const value of schema['enum'])
        check(typeof value !== 'object' || value === null, at, 'enum value is not plain.');
    }
    check(at.split('/properties/').length <= 11, at, 'exceeds 10 levels of nesting.');
  }
  check(properties <= 5_000 && values <= 1_000, 'root', 'too many properties or enum values.');
}

function validateGemini(root: JsonObject): void {
  const allowed = [
    ...['type', 'format', 'description', 'nullable', 'enum', 'items', 'minItems', 'maxItems', 'minimum', 'maximum'],
    ...['properties', 'required', 'anyOf'],
  ];
  check(root['type'] === 'object', 'root', 'parameters has to be of OBJECT type.');
  for (const { schema, at } of each(root)) {
    for (const keyword of Object.keys(schema))
      check(allowed.includes(keyword), at, `Unknown name "${keyword}": Cannot find field.`);
    const { type, anyOf, properties } = schema;
    if (anyOf !== undefined)
      check(Object.keys(schema).length === 1, at, 'When using any_of, it must be the only field set.');
    else check(typeof type === 'string' && type !== 'null' && TYPES.includes(type), at, 'type: must be one type.');
    requiredDeclared(schema, at);
    if (type === 'array') check(isJsonObject(schema['items']), at, 'items: missing field.');
    // A declaration without parameters leaves them out.
    if (type === 'object' && at !== '')
      check(
        isJsonObject(properties) && Object.keys(properties).length > 0,
        at,
        'properties: should be non-empty for OBJECT type.',
      );
    if (schema['enum'] !== undefined) {
      check(type === 'string' && schema['format'] === 'enum', at, 'enum: only allowed for STRING type.');
      const values = Array.isArray(schema['enum']) ? schema['enum'] : [];
      check(
        values.length > 0 && values.every((value) => typeof value === 'string' && value !== ''),
        at,
        'enum: cannot be empty.',
      );
    } else if (schema['format'] !== undefined) {
      const formats: Record<string, string[]> = {
        string: ['date-time'],
        number: ['float', 'double'],
        integer: ['int32', 'int64'],
      };
      check(
        (formats[String(type)] ?? []).includes(String(schema['format'])),
        at,
        'format: only enum and date-time are supported.',
      );
    }
  }
}

function validateAnthropic(root: JsonObject): void {
  const allowed = [
    ...[
      'type',
      'title',
      'description',
      'enum',
      'const',
      'anyOf',
      'allOf',
      '$ref',
      '$defs',
      'default',
      'properties',
      'required',
    ],
    ...['additionalProperties', 'items', 'minItems', 'format', 'pattern'],
  ];
  const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];
  check(root['type'] === 'object', 'root', 'input_schema has to be an object.');
  let optional = 0;
  for (const { schema, at } of each(root)) {
    onlyKeywords(schema, allowed, at);
    check(schema['$ref'] === undefined, at, 'Circular reference detected.');
    requiredDeclared(schema, at);
    if (typeList(schema).includes('object')) {
      check(
        schema['additionalProperties'] === false,
        at,
        "For 'object' type, 'additionalProperties' must be explicitly set to false",
      );
      const names = Object.keys(isJsonObject(schema['properties']) ? schema['properties'] : {});
      const required: JsonValue[] = Array.isArray(schema['required']) ? schema['required'] : [];
      optional += names.filter((name) => !required.includes(name)).length;
      for (const name of names) check(/^[a-zA-Z0-9_.-]{1,64}$/.test(name), at, 'Property keys should match pattern.');
    }
    check(
      [undefined, 0, 1].includes(schema['minItems'] as number | undefined),
      at,
      "'minItems' values other than 0 or 1 are not supported",
    );
    check(schema['format'] === undefined || formats.includes(String(schema['format'])), at, 'format is not supported.');
    check(!/\(\?[=!<]|\\[1-9bB]|\{\d/.test(String(schema['pattern'])), at, 'pattern is not supported.');
    if (Array.isArray(schema['enum']))
      for (const value of schema['enum'])
        check(typeof value !== 'object' || value === null, at, 'complex types within enums.');
  }
  check(optional <= 24, 'root', 'Schemas contains too many optional parameters.');
}

function validateGrammar(root: JsonObject): void {
  const allowed = [
    ...[
      'type',
      'title',
      'description',
      'enum',
      'anyOf',
      '$ref',
      '$defs',
      'properties',
      'required',
      'additionalProperties',
      'items',
    ],
    ...[
      'minItems',
      'maxItems',
      'minLength',
      'maxLength',
      'pattern',
      'format',
      'minimum',
      'maximum',
      'exclusiveMinimum',
      'exclusiveMaximum',
    ],
  ];
  for (const { schema, at } of each(root)) {
    onlyKeywords(schema, allowed, at);
    references(root, schema, at);
    requiredDeclared(schema, at);
    check(
      Object.keys(schema).some((keyword) => ['type', 'anyOf', '$ref', 'enum'].includes(keyword)),
      at,
      'an empty schema is an object to llama.cpp.',
    );
    if (schema['anyOf'] !== undefined)
      onlyKeywords(schema, ['anyOf', 'description', 'title', ...(at === '' ? ['$defs'] : [])], at);
    if (schema['pattern'] !== undefined)
      check(/^\^.*\$$/s.test(String(schema['pattern'])), at, 'pattern must start with ^ and end with $.');
    if (Object.keys(schema).some((keyword) => /imum$/.test(keyword)))
      check(schema['type'] === 'integer', at, 'bounds are for integers.');
    check(
      [undefined, 'date', 'time', 'date-time', 'uuid'].includes(schema['format'] as string | undefined),
      at,
      'unknown format.',
    );
  }
}

function validateMoonshot(root: JsonObject): void {
  const allowed = [
    'type',
    'description',
    'enum',
    'anyOf',
    '$ref',
    '$defs',
    'properties',
    'required',
    'additionalProperties',
    'items',
  ];
  const reserved = ['$defs', '$ref', 'anyOf', 'required', 'additionalProperties'];
  check(root['type'] === 'object', 'root', 'tools.function.parameters.type is required and must be "object"');
  let properties = 0;
  for (const { schema, at } of each(root)) {
    onlyKeywords(schema, at === '' ? allowed : allowed.filter((keyword) => keyword !== '$defs'), at);
    references(root, schema, at);
    requiredDeclared(schema, at);
    const { type, anyOf, $ref } = schema;
    if (anyOf !== undefined) onlyKeywords(schema, ['anyOf', 'description', ...(at === '' ? ['$defs'] : [])], at);
    else check(type !== undefined || $ref !== undefined, at, 'type is not defined');
    if (Array.isArray(type)) onlyKeywords(schema, ['type', 'description'], at);
    else if (type !== undefined) {
      const byType: Record<string, string[]> = {
        object: ['properties', 'required', 'additionalProperties', '$defs'],
        array: ['items'],
        boolean: [],
        null: [],
      };
      onlyKeywords(schema, ['type', 'description', ...(byType[String(type)] ?? ['enum'])], at);
    }
    for (const name of Object.keys(isJsonObject(schema['properties']) ? schema['properties'] : {})) {
      properties++;
      check(!reserved.includes(name), at, `property name '${name}' is reserved for JSON Schema keywords`);
    }
    if (Array.isArray(schema['enum'])) {
      const expected = type === 'integer' ? 'number' : type;
      check(schema['enum'].length > 0 && schema['enum'].length <= 1_000, at, 'enum array cannot be empty or so long.');
      for (const value of schema['enum'])
        check(typeof value === expected && value !== '', at, 'enum values have to match the type.');
    }
    for (const name of Object.keys(isJsonObject(schema['$defs']) ? schema['$defs'] : {}))
      check(!name.includes('/'), at, "cannot contain '/'");
  }
  check(properties <= 3_000 && JSON.stringify(root).length <= 120_000, 'root', 'schema exceeds maximum allowed size');
}
