import {
  eventTypeOf,
  SwitchyardError,
  timestampDate,
  type RunEvent,
  type RunEventBody,
  type RunEventCase,
} from '@switchyard/contracts';
import {
  approvalRequested,
  approvalResolved,
  callsRequested,
  callSettled,
  childSettled,
  childStarted,
} from './call-transitions.js';
import { illegal, mustHold } from './illegal.js';
import { accepted, cancelled, completed, failed, parked, resumed } from './life-transitions.js';
import { hasEnded, initialState, type RunState } from './run-state.js';
import {
  backendSwitched,
  budgetReserved,
  budgetSettled,
  compacted,
  inputAppended,
  turnCompleted,
} from './turn-transitions.js';

type BodyOf<Case extends RunEventCase> = Extract<RunEventBody, { case: Case }>['value'];
type Transitions = { [Case in RunEventCase]: (state: RunState, body: BodyOf<Case>, time: string) => RunState };

/** What each event makes of the state. Each checks that it may follow, and throws `journal.illegal` where it may not. */
const TRANSITIONS: Transitions = {
  runAccepted: accepted,
  inputAppended,
  modelTurnCompleted: turnCompleted,
  toolCallsRequested: callsRequested,
  toolCallSettled: callSettled,
  approvalRequested,
  approvalResolved,
  runParked: parked,
  runResumed: resumed,
  contextCompacted: compacted,
  backendSwitched,
  childRunStarted: childStarted,
  childRunSettled: childSettled,
  budgetReserved,
  budgetSettled,
  runCompleted: completed,
  runFailed: failed,
  runCancelled: cancelled,
};

/**
 * The state after one more event. Pure: the state given is not changed.
 *
 * @throws SwitchyardError `journal.after_end` when the run has ended, `journal.illegal` when the event cannot follow.
 */
export function apply(state: RunState, event: RunEvent): RunState {
  if (hasEnded(state)) {
    throw new SwitchyardError(
      'journal.after_end',
      `Run ${state.runId} is ${state.status} since seq ${state.seq}: nothing can follow, ${eventTypeOf(event)} neither.`,
      { details: { run_id: state.runId, seq: state.seq, status: state.status } },
    );
  }
  checkHeader(state, event);
  const time = event.time ? timestampDate(event.time).toISOString() : '';
  const after = transition(state, event.body, time);
  return {
    ...after,
    seq: event.seq,
    updatedAt: time,
    createdAt: state.createdAt || time,
    traceId: state.traceId || event.traceId,
    endedAt: hasEnded(after) ? time : '',
  };
}

/** The state after many events, e.g. a whole journal. Folding on from an earlier state gives the same. */
export function fold(events: Iterable<RunEvent>, from?: RunState): RunState {
  let state = from;
  for (const event of events) {
    const { tenant, runId, taskId, agent, idempotencyKey } = event;
    state = apply(state ?? initialState({ tenant, runId, taskId, agent, idempotencyKey }), event);
  }
  if (state) return state;
  throw new SwitchyardError('journal.empty', 'No event, no run: there is nothing to fold.');
}

function checkHeader(state: RunState, event: RunEvent): void {
  const type = eventTypeOf(event);
  mustHold(
    state,
    event.runId === state.runId && event.tenant === state.tenant,
    `${type} is of ${event.tenant}/${event.runId}`,
  );
  mustHold(state, event.seq === state.seq + 1, `${type} has seq ${event.seq}, ${state.seq + 1} was due`);
  mustHold(
    state,
    (type === 'RunAccepted') === (state.status === 'none'),
    `${type} cannot follow status ${state.status}`,
  );
}

function transition(state: RunState, body: RunEvent['body'], time: string): RunState {
  if (body.case === undefined) throw illegal(state, 'the event has no body');
  return dispatch(state, body, time);
}

/** The table's type pairs each case with its body; TypeScript loses the pair when the key is a union. */
function dispatch<Case extends RunEventCase>(
  state: RunState,
  body: { case: Case; value: BodyOf<Case> },
  time: string,
): RunState {
  return TRANSITIONS[body.case](state, body.value, time);
}
