import type { JsonValue } from '@switchyard/contracts';
import { textOf } from '@switchyard/models/messages';
import { hasEnded, type OpenCall, type RunState } from './run-state.js';

/** What a run needs now. */
export type NextAction =
  /** Ask the backend for the turn of this number, from 1. */
  | { type: 'CallModel'; turn: number }
  /** Settle these calls; all at once if they like. */
  | { type: 'CallTools'; calls: OpenCall[] }
  /** Nothing to do here: `reason` is why it is parked, `ended`, or `not_accepted`. */
  | { type: 'Wait'; reason: string }
  /** The run is done: write RunCompleted. */
  | { type: 'Finish'; output: JsonValue };

/** Pure, and total: every state that events can make has one next action. */
export function next(state: RunState): NextAction {
  if (state.status === 'none') return { type: 'Wait', reason: 'not_accepted' };
  if (hasEnded(state)) return { type: 'Wait', reason: 'ended' };
  if (state.parked) return { type: 'Wait', reason: state.parked.reason };
  const unsettled = state.openCalls.filter((call) => call.result === null);
  if (unsettled.length > 0) return { type: 'CallTools', calls: unsettled };
  const last = state.messages.at(-1);
  // Handed over, the other agent's answer is the answer; what a user said after it still wants one from this agent.
  if (state.handover && last?.role === 'tool') return { type: 'Finish', output: state.handover.output };
  const answered = last?.role === 'assistant' && state.turns > 0;
  // An answer that paused wants the same conversation again; calls that nobody requested were lost with their turn.
  if (!answered || state.finishReason === 'paused' || state.unrequestedCalls.length > 0) {
    return { type: 'CallModel', turn: state.turns + 1 };
  }
  return { type: 'Finish', output: state.result === null ? textOf(last) : state.result.value };
}
