import { toValue } from '@switchyard/contracts';
import { assistantMessage, userMessage, type CanonicalMessage } from '@switchyard/models';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { hasEnded, initialState, type RunState } from './run-state.js';

export const identity = {
  tenant: 'default',
  runId: 'run_1',
  taskId: 'task_1',
  agent: 'helper',
  idempotencyKey: 'key 1',
};
export const start = initialState(identity);
const TIME = Date.parse('2026-01-01T00:00:00.000Z');

/** Each event a second after the one before. */
export function draft(state: RunState, body: RunEventBodyInit): EventDraft {
  return { body, actor: 'test', time: new Date(TIME + state.seq * 1_000), traceId: 'abc' };
}

export const wireMessage = (message: CanonicalMessage) => JSON.parse(JSON.stringify(message));

export const acceptedBody = (): RunEventBodyInit => ({
  case: 'runAccepted',
  value: {
    agentVersion: 'sha256:1',
    backend: 'one',
    input: toValue('What is 2 + 2?'),
    thread: 'talk',
    user: 'ann',
    limits: { turns: 8 },
  },
});

export function turnBody(
  state: RunState,
  callIds: readonly string[] = [],
  text = 'hm',
  more: { attempts?: number; repairs?: string[]; firstTokenMs?: number } = {},
): RunEventBodyInit {
  const message = assistantMessage(text);
  for (const id of callIds)
    message.parts.push({ type: 'tool_call', id, name: 'calculator', arguments: { expression: '2+2' } });
  return {
    case: 'modelTurnCompleted',
    value: {
      turn: state.turns + 1,
      message: wireMessage(message),
      backend: state.backend,
      finishReason: callIds.length > 0 ? 'tool_calls' : 'stop',
      usage: { inputTokens: 10, outputTokens: 4, cacheReadTokens: 3, cacheWriteTokens: 2, reasoningTokens: 1 },
      costUsd: 0.25,
      configuration: { fingerprint: `sha256:c${state.turns + 1}` },
      ...more,
    },
  };
}

export const requestedBody = (callIds: readonly string[]): RunEventBodyInit => ({
  case: 'toolCallsRequested',
  value: {
    calls: callIds.map((callId) => ({
      callId,
      tool: 'calculator',
      arguments: { expression: '2+2' },
      effect: 'pure',
      pool: 'default',
    })),
  },
});

export const settledBody = (callId: string, text = '4'): RunEventBodyInit => ({
  case: 'toolCallSettled',
  value: { tool: 'calculator', result: { callId, status: 'ok', content: [{ type: 'text', text }] } },
});

/** Every move that may be made in this state; a sequence of choices among them is a legal run. */
export function legalMoves(state: RunState): RunEventBodyInit[] {
  if (state.status === 'none') return [acceptedBody()];
  if (hasEnded(state)) return [];
  const moves: RunEventBodyInit[] = [
    { case: 'inputAppended', value: { source: 'user', messages: [wireMessage(userMessage(`and ${state.seq}?`))] } },
    { case: 'inputAppended', value: { source: 'memory', messages: [wireMessage(userMessage(`known: ${state.seq}`))] } },
    {
      case: 'contextCompacted',
      value: { upToSeq: Math.floor(state.seq / 2), messages: [wireMessage(userMessage('so far'))] },
    },
    { case: 'backendSwitched', value: { from: state.backend, to: `b${state.seq}`, reason: 'down' } },
  ];
  // Offered now and then, or most runs would end before anything happens.
  if (state.seq % 7 === 6) moves.push(...endMoves());
  moves.push(
    state.reserved
      ? { case: 'budgetSettled', value: { turn: state.reserved.turn, costUsd: 0.1 } }
      : { case: 'budgetReserved', value: { turn: state.turns + 1, costUsd: 0.5, tokens: 10 } },
  );
  return [...moves, ...callMoves(state), ...(state.parked ? parkedMoves() : freeMoves(state))];
}

function endMoves(): RunEventBodyInit[] {
  return [
    { case: 'runFailed', value: { error: { code: 'model.auth', message: 'no key' } } },
    { case: 'runCancelled', value: { reason: 'enough', by: 'user:ann' } },
  ];
}

function parkedMoves(): RunEventBodyInit[] {
  return [{ case: 'runResumed', value: { cause: 'tool_settled' } }];
}

function freeMoves(state: RunState): RunEventBodyInit[] {
  const open = state.openCalls.filter((call) => call.result === null);
  const moves: RunEventBodyInit[] = open.map((call) => settledBody(call.callId));
  moves.push({ case: 'runParked', value: { reason: 'tool', callIds: open.map((call) => call.callId) } });
  if (state.openCalls.length > 0) return moves;
  const ids = [`call_${state.seq}a`, `call_${state.seq}b`];
  moves.push(turnBody(state), turnBody(state, ids), turnBody(state, ids.slice(1)));
  if (state.unrequestedCalls.length > 0) moves.push(requestedBody(state.unrequestedCalls));
  if (state.turns > 0 && state.seq % 3 === 0) moves.push({ case: 'runCompleted', value: { output: toValue('done') } });
  return moves;
}

function callMoves(state: RunState): RunEventBodyInit[] {
  return state.openCalls
    .filter((call) => call.result === null)
    .flatMap((call): RunEventBodyInit[] => [
      call.approval === 'requested'
        ? {
            case: 'approvalResolved',
            value: { callId: call.callId, decision: 'edited', arguments: { expression: '3' } },
          }
        : call.approval === ''
          ? { case: 'approvalRequested', value: { callId: call.callId, tool: call.tool } }
          : { case: 'inputAppended', value: { source: 'user', messages: [] } },
      call.child === null
        ? { case: 'childRunStarted', value: { callId: call.callId, childRunId: `run_c${state.seq}`, agent: 'other' } }
        : call.child.status === 'running'
          ? {
              case: 'childRunSettled',
              value: { callId: call.callId, childRunId: call.child.runId, status: 'completed' },
            }
          : { case: 'inputAppended', value: { source: 'user', messages: [] } },
    ]);
}
