import { fromValue } from '@switchyard/contracts';
import type {
  BackendSwitched,
  BudgetReserved,
  BudgetSettled,
  ContextCompacted,
  InputAppended,
  JsonObject,
  ModelTurnCompleted,
} from '@switchyard/contracts';
import type { CanonicalMessage } from '@switchyard/models';
import { isCanonicalMessage, textOf, toolCallsOf } from '@switchyard/models/messages';
import { dueFrom } from './due.js';
import { illegal, mustHold } from './illegal.js';
import { runError } from './run-error.js';
import type { RunState } from './run-state.js';
import { addUsage } from './usage.js';

/**
 * An answer goes to the call that asked. History and recalled context that come before the first turn stand before the input; what a user adds stands at the
 * end, after the results of calls that are open.
 */
export function inputAppended(state: RunState, body: InputAppended, time: string): RunState {
  if (body.id !== '') {
    mustHold(state, !state.inputIds.includes(body.id), `InputAppended with the id ${body.id} again`);
    state = { ...state, inputIds: [...state.inputIds, body.id] };
  }
  const added = canonical(state, body.messages);
  if (body.source === 'answer') return answer(state, body.references[0] ?? '', added, time);
  // A run that is answered from a record is told by it what its thread said, too.
  if (body.source === 'memory' || (state.replay && body.source === 'thread')) state = { ...state, recalled: true };
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

function answer(state: RunState, callId: string, [message]: readonly CanonicalMessage[], time: string): RunState {
  const asking = state.openCalls.find((call) => call.callId === callId);
  mustHold(
    state,
    asking?.kind === 'ask' && asking.result === null,
    `InputAppended in answer to ${callId}, which asks nothing`,
  );
  mustHold(state, asking?.answer === null, `InputAppended in answer to ${callId}, which has an answer`);
  const text = message ? textOf(message) : '';
  const openCalls = state.openCalls.map((call) => (call === asking ? { ...call, answer: { text } } : call));
  return dueFrom({ ...state, openCalls }, callId, time);
}

export function turnCompleted(state: RunState, body: ModelTurnCompleted): RunState {
  mustHold(state, state.parked === null, `ModelTurnCompleted, but it is parked (${state.parked?.reason})`);
  mustHold(state, state.openCalls.length === 0, 'ModelTurnCompleted with calls open');
  mustHold(state, body.turn === state.turns + 1, `ModelTurnCompleted of turn ${body.turn}, ${state.turns + 1} was due`);
  const [message] = canonical(state, [body.message ?? {}]);
  if (message?.role !== 'assistant') throw illegal(state, 'ModelTurnCompleted without an assistant message');
  const calls = toolCallsOf(message).map((call) => call.id);
  return {
    ...state,
    ...answered(state, message, body.missedSeqs, calls.length > 0),
    status: 'running',
    unrequestedCalls: calls,
    turns: body.turn,
    retries: state.retries + Math.max(0, body.attempts - 1),
    repairs: state.repairs + body.repairs.length,
    firstTokenMs: body.turn === 1 ? body.firstTokenMs : state.firstTokenMs,
    attempts: 0,
    usage: addUsage(state.usage, body.usage),
    costUsd: state.costUsd + body.costUsd,
    finishReason: body.finishReason,
    result: body.result === undefined ? null : { value: fromValue(body.result) },
    handover: null,
    configuration: body.configuration?.fingerprint ?? '',
  };
}

/**
 * The conversation with the answer at its end. Input that came while the turn was under way was not part of it: it stands
 * after the answer, and after the results of the calls where the answer has some.
 */
function answered(
  state: RunState,
  message: CanonicalMessage,
  missedSeqs: readonly number[],
  hasCalls: boolean,
): Pick<RunState, 'messages' | 'messageSeqs' | 'heldMessages' | 'heldSeqs'> {
  const missed = new Set(missedSeqs);
  const places = state.messageSeqs.map((seq, index) => ({ seq, index, late: missed.has(seq) }));
  const of = (late: boolean) => {
    const chosen = places.filter((place) => place.late === late);
    return {
      messages: chosen.flatMap(({ index }) => state.messages[index] ?? []),
      seqs: chosen.map(({ seq }) => seq),
    };
  };
  const before = missed.size === 0 ? { messages: state.messages, seqs: state.messageSeqs } : of(false);
  const after = missed.size === 0 ? { messages: [], seqs: [] } : of(true);
  const messages = [...before.messages, message];
  const messageSeqs = [...before.seqs, state.seq + 1];
  if (hasCalls) {
    return {
      messages,
      messageSeqs,
      heldMessages: [...state.heldMessages, ...after.messages],
      heldSeqs: [...state.heldSeqs, ...after.seqs],
    };
  }
  return {
    messages: [...messages, ...after.messages],
    messageSeqs: [...messageSeqs, ...after.seqs],
    heldMessages: state.heldMessages,
    heldSeqs: state.heldSeqs,
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
  // Another backend is another try.
  return { ...state, backend: to, switches: [...state.switches, move], attempts: 0 };
}

export function budgetReserved(state: RunState, body: BudgetReserved): RunState {
  mustHold(state, state.reserved === null, 'BudgetReserved, but a reservation is open');
  mustHold(state, body.turn === state.turns + 1, `BudgetReserved for turn ${body.turn}, ${state.turns + 1} was due`);
  const { turn, costUsd, tokens, scopes } = body;
  return { ...state, reserved: { turn, costUsd, tokens, scopes: [...scopes] } };
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
