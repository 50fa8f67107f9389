import type { SubsetName } from './projection.js';
import type { Subset } from './subset.js';

const ANY_PATTERN = { plain: false, uncounted: false, anchored: false };

/** Whoever takes JSON Schema as it is: chat completions without `strict`, Anthropic tools without it, MCP clients. */
const JSON_SCHEMA: Subset = {
  name: 'json-schema',
  keywords: 'all',
  root: 'any',
  any: 'empty',
  nulls: 'type_list',
  typeLists: true,
  enums: { of: 'any', emptyText: true },
  formats: {},
  patterns: ANY_PATTERN,
  bounds: ['number', 'integer'],
  objects: { closed: false, allRequired: false, maps: true, mayBeEmpty: true, reservedNames: [] },
  arrays: { itemsRequired: false, tuples: true },
  besideUnion: ['description', 'title'],
  recursion: true,
  limits: {},
};

/**
 * OpenAI, `strict: true` and `response_format: json_schema`. Source: "Supported schemas" of the guide "Structured model outputs"
 * (developers.openai.com/api/docs/guides/structured-outputs, 2026): keywords by type, formats, all properties required, closed objects, a
 * root that is an object and no union, 10 levels, 5,000 properties, 1,000 enum values, 15,000 characters in an enum of more than 250,
 * 120,000 characters of names. That nothing may stand beside `$ref`, and that look-around in a pattern is refused, is from its error texts.
 */
const OPENAI_STRICT: Subset = {
  name: 'openai-strict',
  keywords: [
    '$defs',
    '$ref',
    'additionalProperties',
    'anyOf',
    'description',
    'enum',
    'exclusiveMaximum',
    'exclusiveMinimum',
    'format',
    'items',
    'maxItems',
    'maximum',
    'minItems',
    'minimum',
    'multipleOf',
    'pattern',
    'properties',
    'required',
    'type',
  ],
  root: 'object',
  any: 'json_text',
  nulls: 'type_list',
  typeLists: true,
  enums: { of: 'primitive', emptyText: true },
  formats: { string: ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'] },
  patterns: { plain: true, uncounted: false, anchored: false },
  bounds: ['number', 'integer'],
  objects: { closed: true, allRequired: true, maps: false, mayBeEmpty: true, reservedNames: [] },
  arrays: { itemsRequired: true, tuples: false },
  besideUnion: ['description'],
  recursion: true,
  limits: {
    objectLevels: 10,
    properties: 5_000,
    enumValues: 1_000,
    enumText: { above: 250, characters: 15_000 },
    names: 120_000,
  },
};

/**
 * Gemini's `parameters` and `responseSchema`, which are OpenAPI's Schema object. Source: the API's `Schema` (ai.google.dev/api/caching#Schema
 * and the same on Vertex): one `type`, `nullable`, no references, formats by type, `enum` of strings with `format: enum`. From its error
 * texts: an unknown key refuses the whole request; "items: missing field"; "properties: should be non-empty for OBJECT type";
 * "required[0]: property is not defined"; "enum[1]: cannot be empty"; "When using any_of, it must be the only field set"; a type has to be
 * given. Its `parametersJsonSchema` takes more, and would be a table of its own.
 */
const GEMINI: Subset = {
  name: 'gemini',
  keywords: [
    'anyOf',
    'description',
    'enum',
    'format',
    'items',
    'maxItems',
    'maximum',
    'minItems',
    'minimum',
    'nullable',
    'properties',
    'required',
    'type',
  ],
  root: 'object',
  any: 'json_text',
  nulls: 'nullable',
  typeLists: false,
  enums: { of: 'strings', emptyText: false, format: 'enum' },
  formats: { string: ['date-time'], number: ['float', 'double'], integer: ['int32', 'int64'] },
  patterns: ANY_PATTERN,
  bounds: ['number', 'integer'],
  objects: { closed: false, allRequired: false, maps: false, mayBeEmpty: false, reservedNames: [] },
  arrays: { itemsRequired: true, tuples: false },
  besideUnion: [],
  recursion: false,
  limits: {},
};

/**
 * Anthropic's `output_config.format` and tools with `strict: true`. Source: "JSON Schema limitations" and "Schema complexity limits" of
 * platform.claude.com/docs/en/build-with-claude/structured-outputs (2026): keywords, formats, `minItems` of 0 or 1, closed objects, enums
 * of plain values, no recursion, simple patterns; 24 optional parameters and 16 of union types in a request. Names of properties
 * (`^[a-zA-Z0-9_.-]{1,64}$`) are from its error text.
 */
const ANTHROPIC_OUTPUT: Subset = {
  name: 'anthropic-output',
  keywords: [
    'additionalProperties',
    'anyOf',
    'description',
    'enum',
    'format',
    'items',
    'minItems',
    'pattern',
    'properties',
    'required',
    'title',
    'type',
  ],
  root: 'object',
  any: 'json_text',
  nulls: 'type_list',
  typeLists: true,
  enums: { of: 'primitive', emptyText: true },
  formats: { string: ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'] },
  patterns: { plain: true, uncounted: true, anchored: false },
  bounds: [],
  objects: {
    closed: true,
    allRequired: false,
    maps: false,
    mayBeEmpty: true,
    names: /^[a-zA-Z0-9_.-]{1,64}$/,
    reservedNames: [],
  },
  arrays: { itemsRequired: true, tuples: false, highestMinItems: 1 },
  besideUnion: ['description', 'title'],
  recursion: false,
  limits: { optionalProperties: 24, unionProperties: 16 },
};

/**
 * What both xgrammar (vLLM, SGLang) and llama.cpp turn into a grammar. Sources: xgrammar's "Supported JSON Schema" page; the section "JSON
 * Schemas → GBNF" of llama.cpp's grammars/README.md: tuples broken, bounds for integers only, patterns from `^` to `$`, no `uniqueItems`,
 * `contains`, `not`, conditions or `patternProperties`, nothing beside a union, and an empty schema means an object there.
 */
const GRAMMAR: Subset = {
  name: 'grammar',
  keywords: [
    '$defs',
    '$ref',
    'additionalProperties',
    'anyOf',
    'description',
    'enum',
    'exclusiveMaximum',
    'exclusiveMinimum',
    'format',
    'items',
    'maxItems',
    'maxLength',
    'maximum',
    'minItems',
    'minLength',
    'minimum',
    'pattern',
    'properties',
    'required',
    'title',
    'type',
  ],
  root: 'any',
  any: 'type_list',
  nulls: 'any_of',
  typeLists: true,
  enums: { of: 'any', emptyText: true },
  formats: { string: ['date', 'time', 'date-time', 'uuid'] },
  patterns: { plain: true, uncounted: false, anchored: true },
  bounds: ['integer'],
  objects: { closed: false, allRequired: false, maps: true, mayBeEmpty: true, reservedNames: [] },
  arrays: { itemsRequired: false, tuples: false },
  besideUnion: ['description', 'title'],
  recursion: true,
  limits: {},
};

/**
 * Moonshot Flavored JSON Schema (Kimi). Source: github.com/MoonshotAI/walle, docs/mfjs-spec.md, walle.md (every schema has a type; enums of
 * one type; nothing but description and title beside `anyOf` and a list of types; required names are declared; reserved names) and
 * validation-principles.md (the interface's limits: 120,000 bytes, 30 levels, 3,000 properties, 1,000 values an enum, 500 alternatives).
 * walle takes `title` and bounds that the specification says are unsupported; only what both take is here.
 */
const MOONSHOT: Subset = {
  name: 'moonshot',
  keywords: [
    '$defs',
    '$ref',
    'additionalProperties',
    'anyOf',
    'description',
    'enum',
    'items',
    'properties',
    'required',
    'type',
  ],
  root: 'object',
  any: 'json_text',
  nulls: 'any_of',
  typeLists: false,
  enums: { of: 'one_type', emptyText: false },
  formats: {},
  patterns: ANY_PATTERN,
  bounds: [],
  objects: {
    closed: false,
    allRequired: false,
    maps: true,
    mayBeEmpty: true,
    reservedNames: ['$defs', '$ref', 'anyOf', 'required', 'additionalProperties'],
  },
  arrays: { itemsRequired: false, tuples: false },
  besideUnion: ['description'],
  recursion: true,
  limits: {
    objectLevels: 30,
    properties: 3_000,
    enumValuesEach: 1_000,
    enumText: { above: 250, characters: 7_500 },
    alternatives: 500,
    characters: 120_000,
  },
};

export const SUBSETS: Readonly<Record<SubsetName, Subset>> = {
  'json-schema': JSON_SCHEMA,
  'openai-strict': OPENAI_STRICT,
  gemini: GEMINI,
  'anthropic-output': ANTHROPIC_OUTPUT,
  grammar: GRAMMAR,
  moonshot: MOONSHOT,
};
