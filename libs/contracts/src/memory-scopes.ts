import type { MemoryPolicy } from './gen/switchyard/v1/agent_pb.js';
import type { Scope } from './gen/switchyard/v1/common_pb.js';
import type { ToolDefinition } from './gen/switchyard/v1/tool_pb.js';

/** Whom a memory may be for, the widest last. */
export const MEMORY_SCOPES = ['thread', 'user', 'agent', 'tenant'] as const;
export type MemoryScopeName = (typeof MEMORY_SCOPES)[number];

/** Whom what is in this scope is for: the narrowest part that is set; of none, all of the tenant. */
export function scopeNameOf({ agent, user, thread }: Pick<Scope, 'agent' | 'user' | 'thread'>): MemoryScopeName {
  if (thread !== '') return 'thread';
  if (user !== '') return 'user';
  return agent === '' ? 'tenant' : 'agent';
}

/** Whether an agent may recall and save what is for these: all where its definition names none. */
export function mayUseScope(policy: MemoryPolicy | undefined, name: MemoryScopeName): boolean {
  return !policy || policy.scopes.length === 0 || policy.scopes.includes(name);
}

/** The built-in tools of memory: those that `MemoryPolicy.tools` turns off. */
export function isMemoryTool({ name, source }: Pick<ToolDefinition, 'name' | 'source'>): boolean {
  return source === 'builtin' && name.startsWith('memory_');
}
