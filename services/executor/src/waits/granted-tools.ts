import { RUN_JAVASCRIPT, type ToolDefinition } from '@switchyard/contracts';
import type { Source } from '@switchyard/policies';
import { mayNeedApproval } from './approval-policy.js';
import { kindOf } from './call-kind.js';

/**
 * Names of the tools that code of an agent may call: those of the agent that a tool host performs and no rule may ask about or deny.
 * Code cannot wait for a person; such a tool is called on its own. Code that runs code is left out. Pure.
 */
export function grantedTools(tools: readonly ToolDefinition[], sources: readonly Source[]): string[] {
  return tools
    .filter((tool) => tool.name !== RUN_JAVASCRIPT && kindOf(tool).kind === 'tool' && tool.source !== 'run')
    .filter((tool) => !mayNeedApproval(sources, tool))
    .map(({ name }) => name);
}
