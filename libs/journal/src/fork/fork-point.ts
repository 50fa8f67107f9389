import { SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { hasEnded, type RunState } from '../state/run-state.js';
import { steps, type Step } from './steps.js';

/** Where a run is forked, and what it was there. */
export interface ForkPlace {
  seq: number;
  state: RunState;
}

/**
 * The entry with which the first part of a fork ends.
 *
 * @param seq 0: the last one after which a run can be forked
 * @throws SwitchyardError `run.fork_open_calls` where something is under way after this entry, `run.fork_past_end` where
 *   the run is at its end there, or has no such entry. Both name the nearest entries that will do.
 */
export function forkPlace(events: readonly RunEvent[], seq: number): ForkPlace {
  let before: Step | undefined;
  let asked: Step | undefined;
  let after: Step | undefined;
  for (const step of steps(events)) {
    if (step.event.seq === seq) asked = step;
    if (!step.forkable) continue;
    if (seq === 0 || step.event.seq <= seq) before = step;
    else after ??= step;
  }
  if (before && (seq === 0 || before.event.seq === seq)) return { seq: before.event.seq, state: before.state };
  throw refusal(events, seq, asked, before?.event.seq ?? 0, after?.event.seq ?? 0);
}

/** The end of what the run did: its last entry but the one that ended it. Undefined where that is not the acceptance at least. */
export function lastOfWork(events: readonly RunEvent[]): ForkPlace | undefined {
  let last: ForkPlace | undefined;
  for (const { event, state } of steps(events)) if (!hasEnded(state)) last = { seq: event.seq, state };
  return last;
}

function refusal(
  events: readonly RunEvent[],
  seq: number,
  asked: Step | undefined,
  before: number,
  after: number,
): SwitchyardError {
  const runId = events[0]?.runId ?? '';
  const details = { run_id: runId, seq, before, after };
  const nearest = [before > 0 ? `before it ${before}` : '', after > 0 ? `after it ${after}` : ''].filter(Boolean);
  const advice = nearest.length > 0 ? `The nearest that will do: ${nearest.join(', ')}.` : 'None will do yet.';
  if (!asked || hasEnded(asked.state)) {
    const what = asked ? `is ${asked.state.status} with entry ${seq}` : `has no entry ${seq}`;
    return new SwitchyardError('run.fork_past_end', `Run ${runId} ${what}: there is nothing to go on with. ${advice}`, {
      details,
    });
  }
  const open = asked.state.openCalls.filter((call) => call.result === null).map((call) => call.callId);
  const why = open.length > 0 ? `the calls ${open.join(', ')} are open` : 'it belongs together with the one after it';
  return new SwitchyardError(
    'run.fork_open_calls',
    `Run ${runId} cannot be forked after entry ${seq}: ${why}. ${advice}`,
    { details: { ...details, open_calls: open } },
  );
}
