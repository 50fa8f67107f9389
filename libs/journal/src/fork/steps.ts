import type { RunEvent } from '@switchyard/contracts';
import { apply } from '../state/apply.js';
import { next, type NextAction } from '../state/next.js';
import { hasEnded, initialState, type RunState } from '../state/run-state.js';

/** One entry of a journal, and where the run stood after it. */
export interface Step {
  event: RunEvent;
  state: RunState;
  next: NextAction;
  /** Another run can begin with this entry and those before it. */
  forkable: boolean;
}

/** A journal entry by entry, from its first one. @throws SwitchyardError `journal.illegal` where it is no legal run */
export function* steps(events: readonly RunEvent[]): Generator<Step> {
  let state: RunState | undefined;
  let recalled = false;
  for (const [index, event] of events.entries()) {
    const { tenant, runId, taskId, agent, idempotencyKey } = event;
    state = apply(state ?? initialState({ tenant, runId, taskId, agent, idempotencyKey }), event);
    recalled ||= event.body.case === 'inputAppended' && event.body.value.source === 'memory';
    // What was recalled is journaled with the first turn: a fork between the two would recall it once more.
    const begun = state.turns > 0 || !recalled;
    yield { event, state, next: next(state), forkable: begun && isForkable(state, following(events, index)) };
  }
}

/** What the run did next; setting money aside and giving the rest of it back is between the two. */
function following(events: readonly RunEvent[], index: number): RunEvent | undefined {
  for (let at = index + 1; at < events.length; at += 1) {
    const event = events[at];
    if (event?.body.case !== 'budgetReserved' && event?.body.case !== 'budgetSettled') return event;
  }
  return undefined;
}

/**
 * Whether nothing is under way in this state: no call is open, and its last entry does not belong together with the one
 * that follows it. What the run only waits for by itself (another try) is no hindrance.
 */
function isForkable(state: RunState, following: RunEvent | undefined): boolean {
  if (hasEnded(state) || state.openCalls.length > 0 || state.unrequestedCalls.length > 0) return false;
  const failsNext = following?.body.case === 'runFailed';
  // Calls that were rejected too often are what it failed for: a fork would fail with its first turn.
  if (failsNext && state.rejectedTurns > 0) return false;
  // An answer that was judged, and not taken for the end: a fork would take it.
  const finished = next({ ...state, parked: null }).type === 'Finish';
  return !finished || following === undefined || following.body.case === 'runCompleted';
}
