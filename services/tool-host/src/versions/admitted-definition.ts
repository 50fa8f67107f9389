import type { ToolDefinition } from '@switchyard/contracts';
import { defineTool } from '../tools/definition.js';
import { EFFECTS, isEffect, type Effect } from '../tools/tool.js';
import type { AdmittedTool } from './tool-versions.repository.js';

/**
 * What agents get of a tool: name, description and schema as they were accepted; where it runs and its limits as they are now.
 * Of two effect classes the more careful one holds: a server that says by now that a tool touches the world is believed.
 */
export function admittedDefinition(offered: ToolDefinition, admitted: AdmittedTool | undefined): ToolDefinition {
  if (!admitted) return offered;
  const { accepted, offered: pending } = admitted;
  if (accepted.number === pending) return { ...offered, version: accepted.number };
  const { description, parameters, effect } = accepted.definition;
  const { name, pool, timeoutMs, maxOutputBytes, source } = offered;
  const held = defineTool({
    name,
    description,
    parameters: parameters ?? {},
    effect: moreCareful(effect, offered.effect),
    pool,
    timeoutMs,
    maxOutputBytes,
    source,
  });
  return { ...held, version: accepted.number, pendingVersion: pending };
}

function moreCareful(one: string, other: string): Effect {
  const rank = (effect: string) => (isEffect(effect) ? EFFECTS.indexOf(effect) : EFFECTS.length - 1);
  return EFFECTS[Math.max(rank(one), rank(other))] ?? 'irreversible';
}
