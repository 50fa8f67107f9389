import type { JsonObject } from '../json.js';
import { PROFILE_SCHEMA } from '../profile/profile-schema.js';
import { WIRE_API_NAMES } from '../profile/profile.js';

const text = (maxLength: number): JsonObject => ({ type: 'string', minLength: 1, maxLength });
const environment: JsonObject = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' };
const sources: JsonObject = { type: 'array', items: text(512), minItems: 1, maxItems: 16 };
const date: JsonObject = { type: 'string', pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]$' };
const backend: JsonObject = { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' };
const order: JsonObject = { type: 'integer', minimum: 0 };

const profile: JsonObject = { $ref: '#/$defs/profile' };

const variable: JsonObject = {
  type: 'object',
  properties: { env: environment, about: text(256), default: text(128) },
  required: ['env', 'about'],
  additionalProperties: false,
};

/** Members that may stand at the top, for all endpoints of the file, and at each endpoint, which wins. */
const SHARED: JsonObject = {
  base_url: { type: 'string', pattern: '^https?://', maxLength: 512 },
  api: { enum: [...WIRE_API_NAMES] },
  api_key_env: environment,
  variables: { type: 'object', maxProperties: 16, additionalProperties: variable },
  profile,
  sources,
  as_of: date,
  notes: text(2_048),
};

const discovery: JsonObject = {
  type: 'object',
  properties: { by: { enum: ['key', 'port'] }, backend, title: text(64), order, models_path: text(128) },
  required: ['by', 'backend', 'title', 'order'],
  additionalProperties: false,
};

/** JSON Schema (2020-12) of a file of the catalogue: one provider with its endpoints. Keys are in snake case, but those of a profile. */
export const CATALOGUE_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    provider: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{0,63}$' },
    title: text(128),
    ...SHARED,
    endpoints: {
      type: 'object',
      minProperties: 1,
      maxProperties: 1_000,
      propertyNames: { pattern: '^[a-z0-9][a-z0-9._-]{0,95}$' },
      additionalProperties: {
        type: 'object',
        properties: { title: text(128), model: text(512), ...SHARED, discovery },
        required: ['title', 'model'],
        additionalProperties: false,
      },
    },
  },
  required: ['provider', 'title', 'endpoints'],
  additionalProperties: false,
  // In a file nothing may be written that no version knows: a word that is misspelt would be a profile that is not meant.
  $defs: { profile: closed(PROFILE_SCHEMA) },
};

/** The schema without room for members that it does not name, on every level that names some. */
function closed(schema: JsonObject): JsonObject {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return schema;
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    typeof member === 'object' && member !== null && !Array.isArray(member) ? closed(member) : member,
  ]);
  return { additionalProperties: false, ...schema, properties: Object.fromEntries(members) };
}
