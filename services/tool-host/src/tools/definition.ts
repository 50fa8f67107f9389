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
}

/** A definition with its fingerprint: `sha256:` over what a model sees of the tool, and its effect class. */
export function defineTool(parts: DefinitionParts): ToolDefinition {
  const { name, description, parameters, effect } = parts;
  return create(ToolDefinitionSchema, {
    ...parts,
    fingerprint: contentAddress({ name, description, parameters, effect }),
  });
}
