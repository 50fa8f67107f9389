import {
  fromValue,
  timestampDate,
  type ParentRun,
  type RecordedAnswers,
  type RunAccepted,
  type RunCancelled,
  type RunCompleted,
  type RunFailed,
  type RunParked,
} from '@switchyard/contracts';
import { mustHold } from './illegal.js';
import { inputMessage } from './input-message.js';
import { runError } from './run-error.js';
import type { RunParent, RunReplay, RunState } from './run-state.js';

export function accepted(state: RunState, body: RunAccepted): RunState {
  const input = fromValue(body.input);
  const { turns = 0, tokens = 0, seconds = 0, costUsd = 0 } = body.limits ?? {};
  return {
    ...state,
    status: 'queued',
    agentVersion: body.agentVersion,
    backend: body.backend,
    routingReason: body.routingReason,
    ...{ rollout: body.rollout, rolloutArm: body.rolloutArm },
    fallbacks: [...body.fallbacks],
    thread: body.thread,
    user: body.user,
    metadata: { ...body.metadata },
    limits: { turns, tokens, seconds, costUsd },
    priority: body.priority,
    parent: body.parent ? parentOf(body.parent) : null,
    fork: body.fork ? { runId: body.fork.runId, seq: body.fork.seq, turns: body.fork.turns } : null,
    replay: body.recordedAnswers ? replayOf(body.recordedAnswers) : null,
    input,
    messages: [inputMessage(input)],
    messageSeqs: [1],
  };
}

function parentOf({ runId, callId, rootRunId, depth, agents, handoff }: ParentRun): RunParent {
  return { runId, callId, rootRunId, depth, agents: [...agents], handoff };
}

function replayOf({ runId, payload, unmatched, count }: RecordedAnswers): RunReplay {
  return { runId, payload, unmatched: unmatched === 'tell' ? 'tell' : 'stop', count, calls: [] };
}

export function parked(state: RunState, body: RunParked): RunState {
  mustHold(state, state.parked === null, `RunParked, but it is parked (${state.parked?.reason}) already`);
  mustHold(state, body.reason !== '', 'RunParked without a reason');
  const open = new Set(state.openCalls.filter((call) => call.result === null).map((call) => call.callId));
  const strange = body.callIds.find((id) => !open.has(id));
  mustHold(state, strange === undefined, `RunParked on call ${strange}, which is not open`);
  return {
    ...state,
    status: 'waiting',
    attempts: body.reason === 'retry' ? body.attempts : state.attempts,
    parked: {
      reason: body.reason,
      callIds: [...body.callIds],
      until: body.until ? timestampDate(body.until).toISOString() : '',
    },
  };
}

export function resumed(state: RunState): RunState {
  mustHold(state, state.parked !== null, 'RunResumed, but it is not parked');
  return { ...state, status: state.turns > 0 ? 'running' : 'queued', parked: null };
}

export function completed(state: RunState, body: RunCompleted): RunState {
  mustHold(state, state.parked === null, `RunCompleted, but it is parked (${state.parked?.reason})`);
  mustHold(state, state.turns > 0, 'RunCompleted before any model turn');
  mustHold(state, state.openCalls.length === 0, 'RunCompleted with calls open');
  return { ...ended(state), status: 'completed', output: fromValue(body.output), handedOverTo: body.handedOverTo };
}

export function failed(state: RunState, body: RunFailed): RunState {
  const configuration = body.asked?.fingerprint ?? state.configuration;
  return { ...ended(state), status: 'failed', error: runError(body.error), configuration };
}

export function cancelled(state: RunState, body: RunCancelled): RunState {
  const message = body.reason || 'Cancelled';
  const error = { code: 'run.cancelled', message, retryable: false, details: body.by ? { by: body.by } : {} };
  return { ...ended(state), status: 'cancelled', error };
}

/** What waited waits no more. */
function ended(state: RunState): RunState {
  return { ...state, parked: null, reserved: null };
}
