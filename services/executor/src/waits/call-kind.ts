import { ASK_USER, SLEEP, type ToolDefinition } from '@switchyard/contracts';
import type { CallKind } from '@switchyard/journal';
import { agentOfTool } from './agent-tools.js';
import { FIND_TOOLS } from './find-tools.js';
import { READ_RESULT } from './read-result.js';

/** What settles calls of a tool, and, of an agent or a handoff, which agent; empty otherwise. */
export interface KindOfCall {
  kind: CallKind;
  target: string;
}

const OF_TOOL_HOST: KindOfCall = { kind: 'tool', target: '' };
const OF_RUN: ReadonlyMap<string, KindOfCall> = new Map([
  [SLEEP, { kind: 'sleep', target: '' }],
  [ASK_USER, { kind: 'ask', target: '' }],
  [FIND_TOOLS, { kind: 'find', target: '' }],
  [READ_RESULT, { kind: 'read', target: '' }],
]);

/** By the definition and not by the name alone: a server's tool of the same name is a tool like any other. */
export function kindOf(tool: Pick<ToolDefinition, 'name' | 'source'> | undefined): KindOfCall {
  if (tool?.source !== 'run') return OF_TOOL_HOST;
  return OF_RUN.get(tool.name) ?? agentOfTool(tool.name) ?? OF_TOOL_HOST;
}
