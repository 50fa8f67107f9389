import type { Tool } from '@modelcontextprotocol/client';
import type { Effect } from '../tools/tool.js';

/** What an MCP server says of a tool's effect. Source: MCP specification, ToolAnnotations. */
export function effectHint({ annotations }: Pick<Tool, 'annotations'>): Effect | undefined {
  if (annotations?.readOnlyHint === true) return 'pure';
  return annotations?.idempotentHint === true ? 'idempotent' : undefined;
}
