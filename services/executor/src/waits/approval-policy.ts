import { timestampFromMs, type ApprovalPolicy, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { kindOf } from './call-kind.js';

/** Characters of what a person is shown first. */
const SUMMARY_LENGTH = 500;

/** Which calls of an agent wait for a person. */
export interface ApprovalRule {
  /** Names of tools, "*" and "irreversible"; toolsets stand here by the names of their tools. */
  tools: ReadonlySet<string>;
  /** After which it counts as expired; 0: never. */
  seconds: number;
}

/** Of an agent that says nothing of approvals: what a tool itself asks for still holds. */
export const NO_RULE: ApprovalRule = { tools: new Set(), seconds: 0 };

/** What an approval's patterns leave to be looked up: "<toolset>.*". */
export function toolsetsOf({ tools }: Pick<ApprovalPolicy, 'tools'>): string[] {
  return tools.filter((pattern) => pattern.endsWith('.*'));
}

/**
 * Whether a call of this tool waits for a person: where the tool itself asks for it, or the agent's rule. "*" stands for all
 * that does something: sleeping, asking a person and looking for tools wait for one only where they are named.
 */
export function needsApproval(rule: ApprovalRule, tool: ToolDefinition): boolean {
  if (tool.askFirst || rule.tools.has(tool.name)) return true;
  if (rule.tools.has('irreversible') && tool.effect === 'irreversible') return true;
  const { kind } = kindOf(tool);
  return rule.tools.has('*') && kind !== 'sleep' && kind !== 'ask' && kind !== 'find';
}

/** What a person is asked, in one append with the call. */
export function approvalRequestedBody(
  rule: ApprovalRule,
  call: { callId: string; tool: string; arguments: JsonObject },
  now: Date,
): RunEventBodyInit {
  const summary = `${call.tool} ${JSON.stringify(call.arguments)}`;
  return {
    case: 'approvalRequested',
    value: {
      ...call,
      summary: summary.length > SUMMARY_LENGTH ? `${summary.slice(0, SUMMARY_LENGTH - 1)}…` : summary,
      ...(rule.seconds > 0 ? { expiresAt: timestampFromMs(now.getTime() + rule.seconds * 1_000) } : {}),
    },
  };
}
