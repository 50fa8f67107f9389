import { fromValue } from '@switchyard/contracts';
import type {
  BackendSwitched,
  BudgetReserved,
  BudgetSettled,
  ContextCompacted,
  InputAppended,
  JsonObject,
  ModelTurnCompleted,
  Usage,
} from '@switchyard/contracts';
import { isCanonicalMessage, toolCallsOf, type CanonicalMessage } from '@switchyard/models';
import { illegal, mustHold } from './illegal.js';
import { runError } from './run-error.js';
import type { RunState, RunUsage } from './run-state.js';

/**
 * History and recalled context that come before the first turn stand before the input; what a user adds stands at the
 * end, after the results of calls that are open.
 */
export function inputAppended(state: RunState, body: InputAppended): RunState {
  const added = canonical(state, body.messages);
  const rejectedResults = state.rejectedResults + (body.source === 'result' ? 1 : 0);
  const seqs = added.map(() => state.seq + 1);
  if (state.openCalls.length > 0) {
    return {
      ...state,
      rejectedResults,
      heldMessages: [...state.heldMessages, ...added],
      heldSeqs: [...state.heldSeqs, ...seqs],
    };
  }
  const before = state.turns === 0 && body.source !== 'user';
  const at = before ? state.messageSeqs.indexOf(1) : -1;
  const index = at < 0 ? state.messages.length : at;
  return {
    ...state,
    rejectedResults,
    messages: state.messages.toSpliced(index, 0, ...added),
    messageSeqs: state.messageSeqs.toSpliced(index, 0, ...seqs),
  };
}

export function turnCompleted(state: RunState, body: ModelTurnCompleted): RunState {
  mustHold(state, state.parked === null, `ModelTurnCompleted, but it is parked (${state.parked?.reason})`);
  mustHold(state, state.openCalls.length === 0, 'ModelTurnCompleted with calls open');
  mustHold(state, body.turn === state.turns + 1, `ModelTurnCompleted of turn ${body.turn}, ${state.turns + 1} was due`);
  const [message] = canonical(state, [body.message ?? {}]);
  if (message?.role !== 'assistant') throw illegal(state, 'ModelTurnCompleted without an assistant message');
  return {
    ...state,
    status: 'running',
    messages: [...state.messages, message],
    messageSeqs: [...state.messageSeqs, state.seq + 1],
    unrequestedCalls: toolCallsOf(message).map((call) => call.id),
    turns: body.turn,
    usage: addUsage(state.usage, body.usage),
    costUsd: state.costUsd + body.costUsd,
    finishReason: body.finishReason,
    result: body.result === undefined ? null : { value: fromValue(body.result) },
    configuration: body.configuration?.fingerprint ?? '',
  };
}

/** Messages brought by events up to `up_to_seq` give way to the summary; the journal keeps the originals. */
export function compacted(state: RunState, body: ContextCompacted): RunState {
  mustHold(state, body.upToSeq <= state.seq, `ContextCompacted up to seq ${body.upToSeq}, which is yet to come`);
  const summary = canonical(state, body.messages);
  const kept = state.messageSeqs.map((seq) => seq > body.upToSeq);
  return {
    ...state,
    messages: [...summary, ...state.messages.filter((_, index) => kept[index])],
    messageSeqs: [...summary.map(() => body.upToSeq), ...state.messageSeqs.filter((_, index) => kept[index])],
  };
}

export function backendSwitched(state: RunState, body: BackendSwitched): RunState {
  mustHold(state, body.from === state.backend, `BackendSwitched from ${body.from}, but it is on ${state.backend}`);
  mustHold(state, body.to !== '', 'BackendSwitched to nowhere');
  const { from, to, reason, error } = body;
  const move = { seq: state.seq + 1, from, to, reason, error: error ? runError(error) : null };
  return { ...state, backend: to, switches: [...state.switches, move] };
}

export function budgetReserved(state: RunState, body: BudgetReserved): RunState {
  mustHold(state, state.reserved === null, 'BudgetReserved, but a reservation is open');
  mustHold(state, body.turn === state.turns + 1, `BudgetReserved for turn ${body.turn}, ${state.turns + 1} was due`);
  return { ...state, reserved: { turn: body.turn, costUsd: body.costUsd, tokens: body.tokens } };
}

export function budgetSettled(state: RunState, body: BudgetSettled): RunState {
  mustHold(state, state.reserved?.turn === body.turn, `BudgetSettled for turn ${body.turn}, which has no reservation`);
  return { ...state, reserved: null };
}

function canonical(state: RunState, values: readonly JsonObject[]): CanonicalMessage[] {
  return values.map((value) => {
    if (isCanonicalMessage(value)) return value;
    throw illegal(state, 'a message is not in the canonical form');
  });
}

function addUsage(sum: RunUsage, usage: Usage | undefined): RunUsage {
  if (!usage) return sum;
  return {
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: sum.cacheWriteTokens + usage.cacheWriteTokens,
    reasoningTokens: sum.reasoningTokens + usage.reasoningTokens,
  };
}
