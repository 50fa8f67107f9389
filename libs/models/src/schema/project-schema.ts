import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { keywordFault } from '../calls/json-schema.js';
import { transforms } from './codecs.js';
import { Emitter } from './emitter.js';
import { checkInput } from './input-limits.js';
import { isNever, objectAt } from './keywords.js';
import { normaliseSchema } from './normalise-schema.js';
import type { Codec, Projection, SubsetName } from './projection.js';
import { SchemaRefusal } from './projection.js';
import { checkLimits } from './subset-limits.js';
import { SUBSETS } from './subsets.js';
import type { Subset } from './subset.js';

/**
 * Brings a JSON Schema (2020-12, or 2019-09 or draft-07 where `$schema` says so) into what a backend takes. The result allows whatever the
 * author's schema allows, in the form that `coerce` leads back from; where the backend cannot state a rule the result allows more, says so in
 * `losses`, and tells the model in a description. So what comes back has to be checked against the author's schema. One thing is narrower:
 * where objects have to be closed, properties that the author does not declare cannot be sent, unless the schema gives them a form.
 *
 * Never throws, fetches nothing, and refuses what is too large or deep before it looks closer. Where the root has no form that the backend
 * takes, it becomes the member `value` of an object.
 *
 * One object gives one result, kept as long as the object is: neither may be changed.
 */
export function projectSchema(schema: JsonValue, subsetName: SubsetName): Projection {
  if (!isJsonObject(schema)) return attempt(schema, subsetName);
  const known = projections.get(schema) ?? new Map<SubsetName, Projection>();
  projections.set(schema, known);
  const projection = known.get(subsetName) ?? attempt(schema, subsetName);
  known.set(subsetName, projection);
  return projection;
}

/** So that a tool that is offered again is not looked at again. */
const projections = new WeakMap<JsonObject, Map<SubsetName, Projection>>();

function attempt(schema: JsonValue, subsetName: SubsetName): Projection {
  try {
    return project(schema, SUBSETS[subsetName]);
  } catch (error) {
    if (!(error instanceof SchemaRefusal)) throw error;
    return { ok: false, code: error.code, path: error.path, reason: error.message };
  }
}

function project(schema: JsonValue, subset: Subset): Projection {
  checkInput(schema);
  if (!isJsonObject(schema) && typeof schema !== 'boolean')
    throw new SchemaRefusal('invalid_schema', '', 'A schema is an object or a boolean.');
  const author: JsonObject = isJsonObject(schema) ? schema : schema ? {} : { not: {} };
  const normal = normaliseSchema(author);
  const fault = keywordFault(author);
  if (fault !== undefined) throw new SchemaRefusal('invalid_schema', '', `The schema cannot be used: ${fault}.`);
  if (isNever(normal.root)) throw new SchemaRefusal('unsatisfiable', '', 'No value satisfies the schema.');
  if (subset.keywords === 'all') return { ok: true, subset: subset.name, schema: author, losses: [] };

  const emitter = new Emitter(subset);
  const { schema: wire, codec, definitions } = emitter.run(normal);
  checkLimits(wire, subset);
  const projected: Projection = { ok: true, subset: subset.name, schema: wire, losses: emitter.losses };
  const codecs: Record<string, Codec> = definitions;
  if (codec === undefined || !transforms(codec, codecs)) return projected;
  const wireSchemas = objectAt(wire, '$defs') ?? {};
  return { ...projected, coerce: { root: codec, definitions: codecs, schemas: normal.definitions, wireSchemas } };
}
