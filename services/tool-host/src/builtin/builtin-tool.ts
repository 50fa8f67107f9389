import type { JsonObject, ToolCall } from '@switchyard/contracts';
import { defineTool } from '../tools/definition.js';
import type { CallEffects, Effect, Tool, ToolContext, ToolOutput } from '../tools/tool.js';

/** A tool that comes with the host. */
export interface BuiltinTool {
  /** [A-Za-z0-9_-]{1,64}: what every model API takes. */
  name: string;
  /** The group in which an agent can name it: "files" for "files.*". */
  toolset: string;
  description: string;
  /** JSON Schema 2020-12; the arguments are checked before the handler sees them. */
  parameters: JsonObject;
  effect: Effect;
  /** Of one call, where not all have the same effect. */
  effectsOf?: (call: ToolCall) => CallEffects;
  timeoutMs: number;
  /** Absent: it is left behind at once when it is stopped. */
  stopsWithinMs?: number;
  maxOutputBytes: number;
  /** What it gives was written by others: pages, answers of APIs, rows, files. */
  untrusted?: boolean;
  handler(args: JsonObject, context: ToolContext): Promise<ToolOutput>;
}

export function asTool(builtin: BuiltinTool, pool: string): Tool {
  const {
    name,
    description,
    parameters,
    effect,
    effectsOf,
    timeoutMs,
    stopsWithinMs,
    maxOutputBytes,
    untrusted = false,
  } = builtin;
  return {
    definition: defineTool({
      name,
      description,
      parameters,
      pool,
      effect,
      timeoutMs,
      maxOutputBytes,
      source: 'builtin',
      untrusted,
    }),
    ...(effectsOf ? { effectsOf } : {}),
    ...(stopsWithinMs === undefined ? {} : { stopsWithinMs }),
    run: (args, context) => builtin.handler(args, context),
  };
}

/** A text argument that the schema has checked; '' where it is optional and absent. */
export function textArgument(args: JsonObject, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}

export function numberArgument(args: JsonObject, name: string, fallback: number): number {
  const value = args[name];
  return typeof value === 'number' ? value : fallback;
}

/** A closed object of these properties: nothing else is accepted. */
export function objectSchema(properties: Record<string, JsonObject>, required: string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
