import type { Tool } from '@modelcontextprotocol/client';
import { isEffect, type Effect } from '../tools/tool.js';

/**
 * The effect class of a server's tool: what the operator says of it, or of all the rest ("*"), or what the server says
 * itself; without a word from anybody the careful one. Source of the hints: MCP specification, ToolAnnotations.
 */
export function effectOf(
  tool: Pick<Tool, 'name' | 'annotations'>,
  overrides: Readonly<Record<string, string>>,
): Effect {
  const given = overrides[tool.name] ?? overrides['*'];
  if (isEffect(given)) return given;
  if (tool.annotations?.readOnlyHint === true) return 'pure';
  return tool.annotations?.idempotentHint === true ? 'idempotent' : 'irreversible';
}
