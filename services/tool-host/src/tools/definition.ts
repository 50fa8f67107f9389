import {
  create,
  ToolDefinitionSchema,
  type JsonObject,
  type ToolDefinition,
  contentAddress,
} from '@switchyard/contracts';
import type { Effect } from './tool.js';

export interface DefinitionParts {
  name: string;
  description: string;
  parameters: JsonObject;
  pool: string;
  effect: Effect;
  timeoutMs: number;
  maxOutputBytes: number;
  source: string;
  askFirst?: boolean;
  resultSchema?: JsonObject;
  /** What it gives is from outside. */
  untrusted?: boolean;
}

/** A definition with its fingerprint: `sha256:` over what a model sees of the tool, and its effect class. */
export function defineTool(parts: DefinitionParts): ToolDefinition {
  return create(ToolDefinitionSchema, { ...parts, fingerprint: fingerprintOf(parts) });
}

/** A definition with other words, another effect class or other limits, and the fingerprint that it has then. */
export function redefine(
  definition: ToolDefinition,
  changes: Partial<Omit<DefinitionParts, 'name' | 'pool' | 'source'>>,
): ToolDefinition {
  const changed = { ...definition, ...changes };
  return { ...changed, fingerprint: fingerprintOf({ ...changed, parameters: changed.parameters ?? {} }) };
}

function fingerprintOf({
  name,
  description,
  parameters,
  effect,
}: Pick<DefinitionParts, 'name' | 'description' | 'parameters'> & { effect: string }): string {
  return contentAddress({ name, description, parameters, effect });
}
