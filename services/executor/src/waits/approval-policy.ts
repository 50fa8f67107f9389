import { timestampFromMs, type JsonObject, type PolicyRule, type ToolDefinition } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { mayBeStopped, verdictOn, type GovernedTool, type Source, type Verdict } from '@switchyard/policies';
import { kindOf } from './call-kind.js';

/** Characters of what a person is shown first. */
const SUMMARY_LENGTH = 500;
/** Characters of what a tool says of itself, beside the question. */
const DESCRIPTION_LENGTH = 200;
/** What a run does itself and what touches nothing. */
const QUIET: readonly string[] = ['sleep', 'ask', 'find', 'read'];

/** Whose rules hold for the calls of a run, and for whom it runs. */
export interface GovernedBy {
  sources: readonly Source[];
  agent: string;
  tenant: string;
  user: string;
}

/** Where nobody says anything: what a tool itself asks for still holds. */
export const UNGOVERNED: GovernedBy = { sources: [], agent: '', tenant: '', user: '' };

/** The agent's list of tools whose calls wait for a person, as rules: "irreversible" is all of that class. */
export function rulesOfTools(tools: readonly string[]): Pick<PolicyRule, 'tools' | 'effects' | 'decision'>[] {
  const named = tools.filter((name) => name !== 'irreversible');
  return [
    ...(named.length > 0 ? [{ tools: named, effects: [], decision: 'ask' }] : []),
    ...(named.length < tools.length ? [{ tools: [], effects: ['irreversible'], decision: 'ask' }] : []),
  ];
}

/** Whether some call of this tool may wait for a person, or be denied. */
export function mayNeedApproval(sources: readonly Source[], tool: ToolDefinition): boolean {
  return mayBeStopped(governed(tool), sources, tool.askFirst);
}

/** What everybody's rules come to for a call with these arguments. */
export function verdictOnCall({ sources, ...of }: GovernedBy, tool: ToolDefinition, args: JsonObject): Verdict {
  return verdictOn({ tool: governed(tool), args, ...of }, sources, tool.askFirst);
}

/** What a call adds to the journal besides itself: nothing, a question to a person, or the denial of a rule. */
export function approvalBodies(
  governedBy: GovernedBy,
  tool: ToolDefinition,
  call: { callId: string; arguments: JsonObject },
  now: Date,
): RunEventBodyInit[] {
  const verdict = verdictOnCall(governedBy, tool, call.arguments);
  if (verdict.decision === 'allow') return [];
  const asked = requestedBody(tool, call, verdict, now);
  if (verdict.decision === 'ask') return [asked];
  const { by, reason } = verdict;
  return [asked, { case: 'approvalResolved', value: { callId: call.callId, decision: 'denied', by, reason } }];
}

function requestedBody(
  { name, effect, description }: ToolDefinition,
  call: { callId: string; arguments: JsonObject },
  { by, reason, seconds, decision }: Verdict,
  now: Date,
): RunEventBodyInit {
  return {
    case: 'approvalRequested',
    value: {
      callId: call.callId,
      tool: name,
      arguments: call.arguments,
      summary: cut(`${name} ${JSON.stringify(call.arguments)}`, SUMMARY_LENGTH),
      askedBy: by,
      reason,
      effect,
      description: cut(description.trim().split('\n')[0] ?? '', DESCRIPTION_LENGTH),
      ...(decision === 'ask' && seconds > 0 ? { expiresAt: timestampFromMs(now.getTime() + seconds * 1_000) } : {}),
    },
  };
}

function governed(tool: ToolDefinition): GovernedTool {
  const { name, effect, tags, source } = tool;
  return { name, effect, tags, source, isQuiet: QUIET.includes(kindOf(tool).kind) };
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
