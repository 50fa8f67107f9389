import type { JsonObject, JsonValue } from '../json.js';
import { parseJson } from '../json.js';
import type { ToolChoice, ToolDefinition } from '../model-request.js';
import type { FinishReason } from '../model-response.js';
import { checkValue } from './check-value.js';
import type { Coercion } from './coerce-arguments.js';
import { coerceArguments } from './coerce-arguments.js';
import { projectSchema } from './project-schema.js';
import type { Projected, Refused, SubsetName } from './projection.js';
import { isPlainObject, wrapRoot } from './wrap-root.js';

/** Ways to get a value instead of prose, the surest first. */
export const OUTPUT_METHODS = ['json_schema', 'tool', 'json_object', 'prompt'] as const;

/**
 * - `json_schema`: the backend holds the model to a schema
 * - `tool`: the value is the arguments of a call that is demanded
 * - `json_object`: the backend holds the model to some JSON object
 * - `prompt`: the model is asked in words
 */
export type OutputMethod = (typeof OUTPUT_METHODS)[number];

export interface OutputAbilities {
  methods: readonly OutputMethod[];
  /** What `json_schema` takes. */
  schemaSubset: SubsetName;
  /** What tools take. */
  toolSubset: SubsetName;
}

export interface OutputOptions {
  /** `[a-zA-Z0-9_-]{1,64}`; the default is `result`. */
  name?: string;
  description?: string;
}

/** How to ask for the value. What is undefined is not part of the request. */
export interface OutputPlan {
  ok: true;
  method: OutputMethod;
  name: string;
  /** For `json_schema`: the schema to send, to be held to strictly. */
  schema?: JsonObject;
  /** For `tool`: the tool to offer, and to demand. */
  tool?: ToolDefinition;
  toolChoice?: ToolChoice;
  /** For `json_object` and `prompt`: to be added to the instructions. */
  instructions?: string;
  /** Methods that the backend has and that do not take this schema. */
  passedOver: { method: OutputMethod; code: Refused['code']; reason: string }[];
  /** What the answer is checked against: the author's schema. */
  author: JsonObject;
  projection: Projected;
}

export type OutputFault =
  /** The answer was cut: what is there may be part of another value. */
  | 'truncated'
  | 'refused'
  | 'empty'
  /** Not one JSON value and nothing else. */
  | 'not_json'
  /** It can be read in more than one way. */
  | 'unclear'
  | 'invalid_value'
  | 'invalid_schema';

export type OutputReading =
  | { ok: true; value: JsonValue; coercions: Coercion[] }
  /** The reason is written for the model, so that it can try again. */
  | { ok: false; code: OutputFault; reason: string };

const DEFAULT_NAME = 'result';
/** Instructions with longer schemas cost more than they help. */
const MAX_TOLD_SCHEMA_CHARACTERS = 32_768;

/**
 * Says how to ask a backend for a value that fits a schema: by the surest of its methods that takes the schema. Refuses a schema that no
 * method takes, with the reason of the surest.
 */
export function structuredOutput(
  schema: JsonObject,
  can: OutputAbilities,
  options: OutputOptions = {},
): OutputPlan | Refused {
  const { name = DEFAULT_NAME } = options;
  const usable = projectSchema(schema, 'json-schema');
  if (!usable.ok) return usable;
  const passedOver: OutputPlan['passedOver'] = [];
  for (const method of OUTPUT_METHODS.filter((each) => can.methods.includes(each))) {
    const projection = projectionFor(method, usable, can);
    if (!projection.ok) {
      passedOver.push({ method, code: projection.code, reason: projection.reason });
      continue;
    }
    const plan: OutputPlan = { ok: true, method, name, passedOver, author: schema, projection };
    if (method === 'json_schema') return { ...plan, schema: projection.schema };
    if (method === 'tool') {
      const description = options.description ?? 'Gives the result. Call it once, with the whole of it.';
      return { ...plan, tool: { name, description, inputSchema: projection.schema }, toolChoice: { name } };
    }
    return { ...plan, instructions: instructionsFor(method, projection.schema) };
  }
  const [first] = passedOver;
  const reason = first?.reason ?? 'The backend has no way to give a value.';
  return { ok: false, code: first?.code ?? 'inexpressible', path: '', reason };
}

/**
 * The value of an answer: a text, or the arguments of the call that was demanded. The text has to be one JSON value and nothing else; a code
 * fence around the whole of it is taken off. Nothing is closed, completed or searched for in prose. An answer that was cut is no value,
 * whatever it looks like.
 */
export function readStructuredOutput(
  plan: OutputPlan,
  answer: { text: string } | { arguments: JsonValue },
  finish?: FinishReason,
): OutputReading {
  if (finish === 'refused') return fault('refused', 'The answer was refused.');
  if (finish !== undefined && finish !== 'stop' && finish !== 'tool_calls')
    return fault('truncated', `The answer was cut (${finish}) before it was complete. Give a shorter one.`);
  const read = 'text' in answer ? readText(answer.text) : { ok: true as const, value: answer.arguments };
  if (!read.ok) return read;
  const coerced = coerceArguments(plan.projection, read.value);
  if (!coerced.ok) return fault('unclear', `The answer cannot be read with certainty: ${coerced.reason}`);
  const verdict = checkValue(plan.author, coerced.value);
  if (verdict.ok) return { ok: true, value: coerced.value, coercions: coerced.coercions };
  return verdict.code === 'invalid_schema'
    ? fault('invalid_schema', `The schema of the result cannot be used: ${verdict.reason}.`)
    : fault('invalid_value', `The answer does not fit the schema: ${verdict.reason}.`);
}

function readText(text: string): { ok: true; value: JsonValue } | { ok: false; code: OutputFault; reason: string } {
  const trimmed = text.trim();
  if (trimmed === '') return fault('empty', 'The answer was empty. Answer with the JSON value.');
  const fenced = /^(?:```|~~~)[a-zA-Z0-9_-]*[ \t]*\r?\n([\s\S]*?)\r?\n?(?:```|~~~)$/.exec(trimmed);
  const value = parseJson(fenced?.[1] ?? trimmed);
  return value === undefined
    ? fault(
        'not_json',
        'The answer has to be one JSON value and nothing else: no words before or after it, no comments.',
      )
    : { ok: true, value };
}

function fault(code: OutputFault, reason: string): { ok: false; code: OutputFault; reason: string } {
  return { ok: false, code, reason };
}

function projectionFor(method: OutputMethod, usable: Projected, can: OutputAbilities): Projected | Refused {
  if (method === 'json_schema' && can.schemaSubset !== 'json-schema')
    return projectSchema(usable.schema, can.schemaSubset);
  if (method === 'tool' && can.toolSubset !== 'json-schema') {
    const projected = projectSchema(usable.schema, can.toolSubset);
    return projected.ok && !isPlainObject(projected.schema) ? wrapRoot(projected) : projected;
  }
  const projection = method === 'prompt' || isPlainObject(usable.schema) ? usable : wrapRoot(usable);
  const told = method === 'json_object' || method === 'prompt';
  if (told && JSON.stringify(projection.schema).length > MAX_TOLD_SCHEMA_CHARACTERS)
    return {
      ok: false,
      code: 'too_large',
      path: '',
      reason: `The schema is longer than ${MAX_TOLD_SCHEMA_CHARACTERS} characters, too long for instructions.`,
    };
  return projection;
}

function instructionsFor(method: OutputMethod, schema: JsonObject): string {
  const what = method === 'json_object' ? 'one JSON object' : 'one JSON value';
  const { $schema: _, ...shown } = schema;
  return `Answer with ${what} that fits this JSON Schema, and with nothing else: no words around it, no code fence.\n${JSON.stringify(shown)}`;
}
