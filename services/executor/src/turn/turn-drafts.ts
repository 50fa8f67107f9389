import {
  timestampFromDate,
  toValue,
  type Configuration,
  type JsonObject,
  type ToolDefinition,
} from '@switchyard/contracts';
import type { EventDraft, RunEventBodyInit } from '@switchyard/journal';
import {
  priceOf,
  type Backend,
  type ModelResponse,
  type RejectedCall,
  type RejectionCode,
  type ToolCallPart,
} from '@switchyard/models';
import { approvalBodies, UNGOVERNED, type GovernedBy } from '../waits/approval-policy.js';
import type { ShownTools } from '../context/shown-tools.js';
import { kindOf } from '../waits/call-kind.js';

/** Repairs that are journaled, and characters of one: an endpoint that breaks every rule shows in fewer. */
const MAX_REPAIRS = 100;
const MAX_REPAIR = 500;

/** A turn as it came, with what is known of how. */
export interface CompletedTurn {
  turn: number;
  response: ModelResponse;
  backend: Backend;
  configuration: Configuration;
  tools: ShownTools;
  startedAt: Date;
  durationMs: number;
  /** 0 where nothing was streamed. */
  firstTokenMs: number;
  /** Requests that it took, from 1. */
  attempts: number;
  /** Whose rules say which of its calls wait for a person or are denied; absent where nobody's do. */
  governedBy?: GovernedBy;
  /** Its calls are answered from a record: nobody is asked, whatever rules and tools say. */
  recorded?: boolean;
  /** Places of what users said since it was asked for. */
  missedSeqs?: readonly number[];
}

/** Codes of `REJECTED_CALL_CODES` in the journal, by what the reader found. */
const CODE: Readonly<Record<RejectionCode, string>> = {
  unknown_tool: 'tool.not_found',
  invalid_arguments: 'tool.invalid_arguments',
  malformed_arguments: 'tool.invalid_arguments',
  malformed_call: 'tool.rejected',
  truncated: 'tool.rejected',
  invalid_schema: 'tool.rejected',
};

/**
 * What a turn adds to the journal: the answer, the calls that it asks for, and for each call that must not be executed
 * its refusal, which goes back to the model. A call that waits for a person or is denied is not there without that.
 */
export function turnDrafts(turn: CompletedTurn, stamp: (body: RunEventBodyInit) => EventDraft): EventDraft[] {
  const { response, governedBy = UNGOVERNED } = turn;
  const tools = [...turn.tools.shown, ...turn.tools.unshown];
  const drafts = [stamp(completedBody(turn))];
  const rejected = new Map(response.rejectedCalls.map((rejection) => [rejection.call.id, rejection]));
  const calls = [...response.toolCalls, ...response.rejectedCalls.map(({ call }) => call)];
  if (calls.length === 0) return drafts;
  drafts.push(
    stamp({
      case: 'toolCallsRequested',
      value: { calls: inOrder(response, calls).map((call) => requested(call, tools)) },
    }),
  );
  if (turn.recorded !== true) drafts.push(...judged(response.toolCalls, tools, governedBy).map(stamp));
  return [...drafts, ...[...rejected.values()].map((rejection) => stamp(refusalBody(rejection)))];
}

function completedBody({ response, backend, ...turn }: CompletedTurn): RunEventBodyInit {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = response.usage;
  return {
    case: 'modelTurnCompleted',
    value: {
      turn: turn.turn,
      message: plain(response.message),
      backend: backend.name,
      profileVersion: backend.profile.version,
      model: response.modelId,
      responseId: response.responseId,
      finishReason: response.finishReason,
      usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens },
      costUsd: priceOf(response.usage, backend.profile),
      startedAt: timestampFromDate(turn.startedAt),
      durationMs: turn.durationMs,
      firstTokenMs: turn.firstTokenMs,
      configuration: turn.configuration,
      repairs: response.repairs
        .slice(0, MAX_REPAIRS)
        .map(({ code, detail }) => `${code}: ${detail}`.slice(0, MAX_REPAIR)),
      attempts: turn.attempts,
      missedSeqs: [...(turn.missedSeqs ?? [])],
      offeredTools: turn.tools.unshown.length === 0 ? [] : turn.tools.shown.map(({ name }) => name),
      ...(response.output?.ok === true
        ? { result: toValue(plain({ value: response.output.value })['value'] ?? null) }
        : {}),
    },
  };
}

function requested(call: ToolCallPart, tools: readonly ToolDefinition[]) {
  const tool = tools.find((candidate) => candidate.name === call.name);
  const { kind, target } = kindOf(tool);
  return {
    callId: call.id,
    tool: call.name,
    arguments: plain(call.arguments),
    effect: tool?.effect ?? '',
    pool: tool?.pool ?? '',
    ...(kind === 'tool' ? {} : { kind, target }),
  };
}

function judged(
  calls: readonly ToolCallPart[],
  tools: readonly ToolDefinition[],
  governedBy: GovernedBy,
): RunEventBodyInit[] {
  const now = new Date();
  return calls.flatMap((call) => {
    const tool = tools.find((candidate) => candidate.name === call.name);
    return tool ? approvalBodies(governedBy, tool, { callId: call.id, arguments: plain(call.arguments) }, now) : [];
  });
}

function refusalBody({ call, code, reason, raw }: RejectedCall): RunEventBodyInit {
  return {
    case: 'toolCallSettled',
    value: {
      tool: call.name,
      result: {
        callId: call.id,
        status: 'error',
        error: { code: CODE[code], message: reason, details: { rejection: code, raw } },
      },
    },
  };
}

/** As they stand in the message, accepted and rejected together. */
function inOrder(response: ModelResponse, calls: readonly ToolCallPart[]): ToolCallPart[] {
  const order = response.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
  return [...calls].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** Canonical values are JSON; this drops undefined members, which a Struct cannot hold. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
