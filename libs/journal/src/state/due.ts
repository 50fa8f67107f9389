import type { RunState } from './run-state.js';

/**
 * What a parked run waits for came from outside: it goes on from now on, at the latest. Whoever looks for runs whose time
 * has come finds it, so that a wake-up that is lost only delays it.
 *
 * @param time of the event that brought it, RFC 3339
 */
export function dueFrom(state: RunState, callId: string, time: string): RunState {
  const { parked } = state;
  if (!parked?.callIds.includes(callId)) return state;
  const earlier = parked.until !== '' && Date.parse(parked.until) <= Date.parse(time);
  return earlier ? state : { ...state, parked: { ...parked, until: time } };
}
