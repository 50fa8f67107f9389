import { createHash } from 'node:crypto';
import { ToolNames } from '../calls/tool-names.js';
import type { JsonObject } from '../json.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import { projectSchema } from '../schema/project-schema.js';
import type { Projected, SubsetName } from '../schema/projection.js';

/** The name of the schema where an endpoint wants one. */
export const ANSWER_NAME = 'answer_with_calls';

/** To what an answer with calls is held. */
export interface ConstrainedPlan {
  /** Of `{"text": …, "calls": [{"name": …, "arguments": …}]}`, in the form that the endpoint takes. */
  schema: JsonObject;
  names: ToolNames;
  /** The form of a tool's arguments within it; undefined for no tool of the request. */
  argumentsOf(wireName: string): Projected | undefined;
}

/**
 * The schema of answers to a request: a text, and calls with an alternative for each tool. Undefined where no call can be made,
 * and where the endpoint's schemas cannot say it: then the tools are text.
 */
export function constrainedPlan(request: ModelRequest, profile: Profile): ConstrainedPlan | undefined {
  const { tools = [], toolChoice = 'auto', parallelToolCalls = true } = request;
  if (tools.length === 0 || toolChoice === 'none') return undefined;
  const { subset } = profile.output;
  const names = new ToolNames(
    tools.map(({ name }) => name),
    profile.tools,
  );
  const named = typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  const author = answerSchema(named.length === 0 ? tools : named, names, {
    ...(toolChoice === 'auto' ? {} : { minItems: 1 }),
    ...(parallelToolCalls && profile.capabilities.parallelToolCalls ? {} : { maxItems: 1 }),
  });
  const schema = projected(author, subset);
  if (schema === undefined) return undefined;
  return {
    schema,
    names,
    argumentsOf: (wireName) => {
      const tool = tools.find(({ name }) => name === names.toTool(wireName));
      const projection = tool === undefined ? undefined : projectSchema(tool.inputSchema, subset);
      return projection?.ok === true ? projection : undefined;
    },
  };
}

/** An agent offers the same tools turn after turn, and bringing them into another form takes longer than all else. */
const known = new Map<string, JsonObject | undefined>();
const MAX_KNOWN = 100;

function projected(author: JsonObject, subset: SubsetName): JsonObject | undefined {
  const key = createHash('sha256')
    .update(`${subset}\n${JSON.stringify(author)}`)
    .digest('base64');
  if (known.has(key)) return known.get(key);
  const projection = projectSchema(author, subset);
  const schema = projection.ok ? projection.schema : undefined;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, schema);
  return schema;
}

function answerSchema(tools: readonly ToolDefinition[], names: ToolNames, limits: JsonObject): JsonObject {
  const alternatives = tools.map((tool) => alternative(tool, names.toWire(tool.name)));
  const calls: JsonObject = {
    type: 'array',
    description: 'The tools to call now; empty where no call is needed.',
    items: alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives },
    ...limits,
  };
  const text = { type: 'string', description: 'What is said to the user; empty where there is nothing to say yet.' };
  return closed({ text, calls });
}

function alternative({ name, inputSchema }: ToolDefinition, wireName: string): JsonObject {
  const { $schema: _, ...schema } = inputSchema;
  // The references of a tool's schema go on meaning its own root.
  const needsRoot = schema['$id'] === undefined && JSON.stringify(schema).includes('"$ref"');
  const root = needsRoot ? { $id: `urn:switchyard:tool:${encodeURIComponent(name)}` } : {};
  return closed({ name: { type: 'string', enum: [wireName] }, arguments: { ...root, type: 'object', ...schema } });
}

function closed(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
