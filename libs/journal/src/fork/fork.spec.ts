import { describe, expect, it } from '@jest/globals';
import { eventTypeOf, SwitchyardError, type RunEvent } from '@switchyard/contracts';
import fc from 'fast-check';
import { draftedEvent, type RunEventBodyInit } from '../event-draft.js';
import { apply, fold } from '../state/apply.js';
import { exceededLimit } from '../state/limits.js';
import {
  acceptedBody,
  draft,
  identity,
  legalMoves,
  requestedBody,
  settledBody,
  start,
  turnBody,
} from '../state/moves.fixture.js';
import { next } from '../state/next.js';
import { noUsage, type RunState } from '../state/run-state.js';
import { preview } from '../store/prepare-append.js';
import { forkPlace, lastOfWork } from './fork-point.js';
import { abandonedCalls, forkedDrafts } from './forked-drafts.js';
import { steps } from './steps.js';

const choices = {
  agentVersion: 'sha256:2',
  backend: 'other',
  routingReason: 'forked',
  fallbacks: [],
  time: new Date('2026-02-01T00:00:00.000Z'),
  actor: 'user:bob',
  traceId: 'def',
};
const fresh = { ...start, runId: 'run_2', taskId: 'task_2', idempotencyKey: 'key 2' };

const runs = fc
  .array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 60 })
  .map((picks) => journalOf(...picks.map((pick) => (state: RunState) => pickOf(legalMoves(state), pick))));

function pickOf<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}

function journalOf(...bodies: (RunEventBodyInit | ((state: RunState) => RunEventBodyInit | undefined))[]): RunEvent[] {
  const events: RunEvent[] = [];
  let state = start;
  for (const make of bodies) {
    const body = typeof make === 'function' ? make(state) : make;
    if (!body) break;
    const event = draftedEvent(identity, state.seq + 1, draft(state, body));
    events.push(event);
    state = apply(state, event);
  }
  return events;
}

const fork = (events: readonly RunEvent[], seq: number) => preview(fresh, forkedDrafts(events, seq, choices));
const forkable = (events: readonly RunEvent[]) =>
  [...steps(events)].flatMap((step) => (step.forkable ? [step.event.seq] : []));
const failed: RunEventBodyInit = {
  case: 'runFailed',
  value: { error: { code: 'model.unavailable', message: 'down' } },
};

/** What makes up the conversation, and all that the next turn depends on. */
function conversationOf(state: RunState) {
  const { messages, messageSeqs, heldMessages, turns, toolCalls, finishReason, result, seq } = state;
  const { rejectedTurns, rejectedResults, input, user, metadata, limits } = state;
  return {
    ...{ messages, messageSeqs, heldMessages, turns, toolCalls, finishReason, result, seq },
    ...{ rejectedTurns, rejectedResults, input, user, metadata, limits },
  };
}

function refusalOf(act: () => unknown): { code: string; details: object } {
  try {
    act();
  } catch (error) {
    if (error instanceof SwitchyardError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('It was not refused');
}

describe('a fork', () => {
  it('has the conversation that the run had there, to the letter, and goes on as it would have; what that cost it has not', () => {
    const seen = new Set<string>();
    let forks = 0;
    fc.assert(
      fc.property(runs, (events) => {
        for (const step of steps(events)) {
          if (!step.forkable) continue;
          const { state } = step;
          const made = fork(events, step.event.seq);
          forks += 1;
          seen.add(eventTypeOf(step.event));
          expect(conversationOf(made)).toEqual(conversationOf(state));
          expect(next(made)).toEqual(next({ ...state, parked: null }));
          expect(made).toMatchObject({ usage: noUsage(), costUsd: 0, childUsage: noUsage(), childCostUsd: 0 });
          expect(made).toMatchObject({ parked: null, reserved: null, switches: [], thread: '', parent: null });
          expect(made).toMatchObject({ runId: 'run_2', backend: 'other', agentVersion: 'sha256:2' });
          expect(made.fork).toEqual({ runId: 'run_1', seq: state.seq, turns: state.turns });
          expect(made.createdAt).toBe(choices.time.toISOString());
        }
      }),
      { numRuns: 300, seed: 4 },
    );
    expect(forks).toBeGreaterThan(100);
    for (const type of ['ModelTurnCompleted', 'ToolCallSettled', 'BackendSwitched', 'BudgetReserved', 'RunParked'])
      expect(seen).toContain(type);
  });

  it('of a fork is the same as one of the run itself', () => {
    fc.assert(
      fc.property(runs, fc.nat(), (events, pick) => {
        const seq = pickOf(forkable(events), pick);
        if (seq === undefined) return;
        const first = forkedDrafts(events, seq, choices).map((made, index) => draftedEvent(fresh, index + 1, made));
        const second = preview({ ...start, runId: 'run_3' }, forkedDrafts(first, seq, choices));
        expect(conversationOf(second)).toEqual(conversationOf(fold(first)));
        expect(forkable(first)).toContain(seq);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('is never made while a call is open, and after each entry is either allowed or refused with the nearest that are', () => {
    fc.assert(
      fc.property(runs, (events) => {
        const allowed = forkable(events);
        for (const { event, state } of steps(events)) {
          const { seq } = event;
          if (allowed.includes(seq)) {
            expect(state.openCalls).toEqual([]);
            expect(forkPlace(events, seq).state).toEqual(state);
          } else {
            const { details } = refusalOf(() => forkPlace(events, seq));
            const before = Math.max(0, ...allowed.filter((other) => other < seq));
            expect(details).toMatchObject({ before, after: allowed.find((other) => other > seq) ?? 0 });
          }
        }
        if (allowed.length > 0) expect(forkPlace(events, 0).seq).toBe(allowed.at(-1));
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  const called = (...ids: string[]) => [acceptedBody(), (state: RunState) => turnBody(state, ids), requestedBody(ids)];

  it.each([
    ['between an answer and its calls', [...called('c1')], 2, 'run.fork_open_calls'],
    ['with a call open', [...called('c1', 'c2'), settledBody('c1')], 4, 'run.fork_open_calls'],
    ['where it ended', [acceptedBody(), failed], 2, 'run.fork_past_end'],
    ['after what it never had', [acceptedBody()], 9, 'run.fork_past_end'],
  ])('is refused %s', (_where, bodies, seq, code) => {
    expect(refusalOf(() => forkPlace(journalOf(...bodies), seq)).code).toBe(code);
  });

  it('takes no answer for the end that was judged not to be', () => {
    const answered = [acceptedBody(), (state: RunState) => turnBody(state)];
    expect(forkable(journalOf(...answered, failed))).toEqual([1]);
    const again: RunEventBodyInit = { case: 'inputAppended', value: { source: 'result' } };
    expect(forkable(journalOf(...answered, again, failed))).toEqual([1]);
    expect(forkable(journalOf(...answered, { case: 'runCompleted', value: {} }))).toEqual([1, 2]);
    // What the turn cost is settled between the answer and the verdict.
    const reserved: RunEventBodyInit = { case: 'budgetReserved', value: { turn: 1, costUsd: 1, tokens: 9 } };
    const paid: RunEventBodyInit = { case: 'budgetSettled', value: { turn: 1, costUsd: 1, tokens: 9 } };
    const budgeted = [acceptedBody(), reserved, (state: RunState) => turnBody(state), paid];
    expect(forkable(journalOf(...budgeted, failed))).toEqual([1, 2]);
    expect(forkable(journalOf(...budgeted, { case: 'runCompleted', value: {} }))).toEqual([1, 2, 3, 4]);
  });

  it('does not begin with calls that were rejected so often that the run failed for it', () => {
    const rejected: RunEventBodyInit = {
      case: 'toolCallSettled',
      value: { tool: 't', result: { callId: 'c1', status: 'error', error: { code: 'tool.invalid_arguments' } } },
    };
    const events = journalOf(...called('c1'), rejected, failed);
    expect(forkable(events)).toEqual([1]);
    expect(forkable(events.slice(0, -1))).toEqual([1, 4]);
  });

  it('takes again what was said to the other run under the same id', () => {
    const said: RunEventBodyInit = { case: 'inputAppended', value: { source: 'user', id: 'once' } };
    const made = fork(journalOf(acceptedBody(), said), 2);
    expect(made.inputIds).toEqual([]);
    expect(preview(made, [draft(made, said)]).inputIds).toEqual(['once']);
  });

  it('begins with the whole of its limit of turns', () => {
    const events = journalOf(...called('c1'), settledBody('c1'));
    const limits = { turns: 1, tokens: 0, seconds: 0, costUsd: 0 };
    const made = fork(events, 4);
    expect(exceededLimit(fold(events), limits, choices.time)?.code).toBe('run.limit_exceeded');
    expect(exceededLimit(made, limits, choices.time)).toBeNull();
    const further = preview(made, [draft(made, turnBody(made))]);
    expect(exceededLimit(further, limits, choices.time)?.details).toMatchObject({ allowed: 1, used: 1 });
  });

  it('of a run that failed over open calls keeps the results that there are, and says of the others that there is none', () => {
    const events = journalOf(...called('c1', 'c2'), settledBody('c1', 'kept'), failed);
    const last = lastOfWork(events);
    if (!last) throw new Error('no work');
    const drafts = forkedDrafts(events, last.seq, choices);
    const ended = abandonedCalls(last.state).map((body) => ({ body, actor: 'router' }));
    const made = preview(fresh, [...drafts, ...ended]);
    expect(made.openCalls).toEqual([]);
    expect(JSON.stringify(made.messages)).toContain('kept');
    expect(JSON.stringify(made.messages.at(-1))).toContain('tool.abandoned');
    expect(next(made)).toEqual({ type: 'CallModel', turn: 2 });
  });
});
