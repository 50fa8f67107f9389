import type { JsonObject } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ToolDefinition } from '../model-request.js';
import { projectSchema } from '../schema/project-schema.js';
import type { Projection, Refused, SubsetName } from '../schema/projection.js';
import { isPlainObject, wrapRoot } from '../schema/wrap-root.js';
import type { WireTarget } from './wire-api.js';

/** One object a schema, so that it is projected, and its validator found, once. */
const known = new WeakMap<JsonObject, Map<SubsetName, Projection>>();

/** A tool's schema as an endpoint takes it. Arguments are an object, which schemas that only say `properties` leave out. */
export function projectTool({ inputSchema }: ToolDefinition, subset: SubsetName): Projection {
  const ofSchema = known.get(inputSchema) ?? new Map<SubsetName, Projection>();
  known.set(inputSchema, ofSchema);
  const projection = ofSchema.get(subset) ?? projectOnce(inputSchema, subset);
  ofSchema.set(subset, projection);
  return projection;
}

/** Definitions are read anew every few seconds: the same text as another object. Bounded, because schemas come from outside. */
const byText = new Map<string, Projection>();
const MAX_KEPT = 2_000;
const MAX_KEY_CHARACTERS = 32_768;

function projectOnce(schema: JsonObject, subset: SubsetName): Projection {
  const text = textOf(schema);
  if (text === undefined || text.length > MAX_KEY_CHARACTERS) return project(schema, subset);
  const key = `${subset} ${text}`;
  const kept = byText.get(key);
  if (kept !== undefined) return kept;
  const fresh = project(schema, subset);
  const oldest = byText.size >= MAX_KEPT ? byText.keys().next().value : undefined;
  if (oldest !== undefined) byText.delete(oldest);
  byText.set(key, fresh);
  return fresh;
}

/** Undefined for what nests deeper than the stack is high, or contains itself: the projection says what is wrong with it. */
function textOf(schema: JsonObject): string | undefined {
  try {
    return JSON.stringify(schema);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function project(schema: JsonObject, subset: SubsetName): Projection {
  const { type } = schema;
  if (type !== undefined && type !== 'object')
    return {
      ok: false,
      code: 'invalid_schema',
      path: '/type',
      reason: 'Arguments are an object: the type is "object".',
    };
  const projection = projectSchema(type === 'object' ? schema : { type: 'object', ...schema }, subset);
  return projection.ok && !isPlainObject(projection.schema) ? wrapRoot(projection) : projection;
}

export function schemaRefused(tool: ToolDefinition, { code, path, reason }: Refused, target: WireTarget): ModelError {
  const at = path === '' ? 'its root' : path;
  return new ModelError({
    kind: 'bad_request',
    code: 'model.schema_refused',
    message: `The schema of the tool "${tool.name}" cannot be sent to backend ${target.name} (${code} at ${at}): ${reason} Change the schema, or leave the tool out.`,
  });
}

export function tooManyTools(count: number, { name, profile }: WireTarget): ModelError {
  return new ModelError({
    kind: 'bad_request',
    code: 'model.too_many_tools',
    message: `Backend ${name} takes ${profile.tools.max} tools in a request, and ${count} were to be offered. Offer fewer, or use another backend.`,
  });
}

/** Undefined where every name is there once. */
export function repeatedTool(tools: readonly ToolDefinition[]): ModelError | undefined {
  const seen = new Set<string>();
  for (const { name } of tools) {
    if (seen.has(name))
      return new ModelError({
        kind: 'bad_request',
        code: 'model.tool_repeated',
        message: `Two tools are called "${name}", so that nobody could tell whose a call is. Rename one, or leave it out.`,
      });
    seen.add(name);
  }
  return undefined;
}
