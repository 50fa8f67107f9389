import {
  fromStore,
  fromValue,
  timestampDate,
  ToolResultSchema,
  toWire,
  type ApprovalRequested,
  type ApprovalResolved,
  type ChildRunSettled,
  type ChildRunStarted,
  type JsonValue,
  type ToolCallSettled,
  type ToolCallsRequested,
  type ToolResult,
} from '@switchyard/contracts';
import { isLookedUp } from '../record/record-of-run.js';
import { argumentsKey } from '../record/match-calls.js';
import { dueFrom } from './due.js';
import { illegal, mustHold } from './illegal.js';
import { CALL_KINDS, type CallKind, type OpenCall, type RunState } from './run-state.js';
import { REJECTED_CALL_CODES, toolMessage } from './tool-message.js';
import { addUsage } from './usage.js';

const DECISIONS = ['approved', 'edited', 'denied', 'expired'] as const;

export function callsRequested(state: RunState, body: ToolCallsRequested, time: string): RunState {
  mustHold(state, state.parked === null, `ToolCallsRequested, but it is parked (${state.parked?.reason})`);
  mustHold(state, state.openCalls.length === 0, 'ToolCallsRequested with calls open');
  mustHold(state, body.calls.length > 0, 'ToolCallsRequested without calls');
  const ids = body.calls.map((call) => call.callId);
  mustHold(state, new Set(ids).size === ids.length, 'ToolCallsRequested names a call twice');
  const strange = ids.find((id) => !state.unrequestedCalls.includes(id));
  mustHold(state, strange === undefined, `ToolCallsRequested for ${strange}, which the last answer does not hold`);
  return {
    ...state,
    unrequestedCalls: [],
    toolCalls: state.toolCalls + body.calls.length,
    openCalls: body.calls.map((call) => ({
      callId: call.callId,
      tool: call.tool,
      arguments: call.arguments ?? {},
      effect: call.effect,
      pool: call.pool,
      kind: kindOf(state, call.kind),
      target: call.target,
      requestedAt: time,
      result: null,
      approval: '',
      approvalExpiresAt: '',
      child: null,
      answer: null,
    })),
  };
}

export function callSettled(state: RunState, body: ToolCallSettled): RunState {
  mustHold(state, state.parked === null, `ToolCallSettled, but it is parked (${state.parked?.reason})`);
  const result = body.result;
  if (!result) throw illegal(state, 'ToolCallSettled without a result');
  const call = openCall(state, result.callId, 'ToolCallSettled');
  const settled = changeCall(state, call, { result: toWire(ToolResultSchema, result) });
  const found = call.kind === 'find' ? [...new Set([...state.foundTools, ...body.foundTools])] : state.foundTools;
  const { kept, callId } = result;
  const keptResults = kept
    ? [...state.keptResults, { callId, hash: kept.hash, characters: kept.characters }]
    : state.keptResults;
  return joinResults({ ...settled, ...fromRecord(state, call, body), foundTools: found, keptResults });
}

/** What a call of a run that is answered from a record adds to its state beside the result. */
function fromRecord(state: RunState, call: OpenCall, body: ToolCallSettled): Partial<RunState> {
  const { replay, handover } = state;
  if (!replay || !isLookedUp(call, body)) return {};
  const asked = { tool: call.tool, key: argumentsKey(call.arguments) };
  return {
    replay: { ...replay, calls: [...replay.calls, asked] },
    // No run was started that could hand over its output: the recorded answer is what it gave.
    handover: call.kind === 'handoff' && body.result?.status === 'ok' ? handedOver(call, body.result) : handover,
  };
}

/** The output that a handoff was answered with: a text, or the value that it was written out from. */
function handedOver({ target }: OpenCall, { content }: ToolResult): RunState['handover'] {
  const text = content.map((part) => (part['type'] === 'text' ? String(part['text']) : '')).join('');
  return { agent: target, output: valueOf(text) };
}

function valueOf(text: string): JsonValue {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // A text that only begins like JSON.
    return text;
  }
}

export function approvalRequested(state: RunState, body: ApprovalRequested): RunState {
  const call = openCall(state, body.callId, 'ApprovalRequested');
  mustHold(state, call.approval === '', `ApprovalRequested again for call ${call.callId}`);
  const approvalExpiresAt = body.expiresAt ? timestampDate(body.expiresAt).toISOString() : '';
  return changeCall(state, call, { approval: 'requested', approvalExpiresAt });
}

export function approvalResolved(state: RunState, body: ApprovalResolved, time: string): RunState {
  const call = openCall(state, body.callId, 'ApprovalResolved');
  mustHold(state, call.approval === 'requested', `ApprovalResolved for call ${call.callId}, which asks for none`);
  const decision = DECISIONS.find((known) => known === body.decision);
  if (!decision) throw illegal(state, `ApprovalResolved with decision "${body.decision}"`);
  const decided = changeCall(state, call, {
    approval: decision,
    ...(body.reason === '' ? {} : { approvalReason: body.reason }),
    ...(isRule(body.by) ? { approvalBy: body.by } : {}),
    arguments: decision === 'edited' && body.arguments ? body.arguments : call.arguments,
  });
  const overrides = state.overrides + (isOverride(decision, body.by) ? 1 : 0);
  return dueFrom({ ...decided, overrides }, call.callId, time);
}

/** A person wanted something else than the model. */
function isOverride(decision: (typeof DECISIONS)[number], by: string): boolean {
  return (decision === 'edited' || decision === 'denied') && !isRule(by);
}

/** A rule that decided, and no person. */
function isRule(by: string): boolean {
  return by === 'agent' || by.startsWith('policy:');
}

export function childStarted(state: RunState, body: ChildRunStarted): RunState {
  const call = openCall(state, body.callId, 'ChildRunStarted');
  mustHold(state, call.child === null, `ChildRunStarted, but call ${call.callId} has the child ${call.child?.runId}`);
  return changeCall(state, call, { child: { runId: body.childRunId, status: 'running' } });
}

export function childSettled(state: RunState, body: ChildRunSettled): RunState {
  const call = openCall(state, body.callId, 'ChildRunSettled');
  const child = call.child;
  mustHold(
    state,
    child?.runId === body.childRunId,
    `ChildRunSettled of ${body.childRunId}, which call ${call.callId} did not start`,
  );
  mustHold(state, child?.status === 'running', `ChildRunSettled of ${body.childRunId} twice`);
  const handover =
    call.kind === 'handoff' && body.output !== undefined
      ? { agent: body.holder || call.target, output: fromValue(body.output) }
      : state.handover;
  return {
    ...changeCall(state, call, { child: { runId: body.childRunId, status: body.status || 'completed' } }),
    handover,
    childUsage: addUsage(state.childUsage, body.usage),
    childCostUsd: state.childCostUsd + body.costUsd,
  };
}

function kindOf(state: RunState, kind: string): CallKind {
  const known = CALL_KINDS.find((candidate) => candidate === (kind || 'tool'));
  if (known) return known;
  throw illegal(state, `ToolCallsRequested with a call of kind "${kind}"`);
}

function openCall(state: RunState, callId: string, type: string): OpenCall {
  const call = state.openCalls.find((candidate) => candidate.callId === callId);
  if (call && call.result === null) return call;
  throw illegal(state, `${type} for call ${callId}, which is not open`);
}

function changeCall(state: RunState, call: OpenCall, change: Partial<OpenCall>): RunState {
  const openCalls = state.openCalls.map((candidate) => (candidate === call ? { ...call, ...change } : candidate));
  return { ...state, openCalls };
}

/** Once the last call is settled, the results stand in the conversation in the order of the calls, then what was held back. */
function joinResults(state: RunState): RunState {
  if (state.openCalls.some((call) => call.result === null)) return state;
  const settled = state.openCalls.map((call) => ({ call, result: fromStore(ToolResultSchema, call.result ?? {}) }));
  const results = settled.map(({ call, result }) => toolMessage(call, result));
  const rejected = settled.every(({ result }) => REJECTED_CALL_CODES.includes(result.error?.code ?? ''));
  return {
    ...state,
    openCalls: [],
    rejectedTurns: rejected ? state.rejectedTurns + 1 : 0,
    messages: [...state.messages, ...results, ...state.heldMessages],
    messageSeqs: [...state.messageSeqs, ...results.map(() => state.seq + 1), ...state.heldSeqs],
    heldMessages: [],
    heldSeqs: [],
  };
}
