import { describe, expect, it } from '@jest/globals';
import { type RunEvent } from '@switchyard/contracts';
import {
  draftedEvent,
  initialState,
  preview,
  type EventDraft,
  type RunEventBodyInit,
  type RunState,
} from '@switchyard/journal';
import { assistantMessage, textOf, userMessage } from '@switchyard/models';
import { afterLateEntries, isLate } from './after-late-entries.js';
import { RunProgress } from './run-progress.js';

const identity = { tenant: 'default', runId: 'run_1', taskId: 't', agent: 'a', idempotencyKey: '' };
const wire = (value: object) => JSON.parse(JSON.stringify(value));
const draft = (body: RunEventBodyInit): EventDraft => ({ body, actor: 'executor', time: new Date(0) });
const after = (state: RunState, ...bodies: RunEventBodyInit[]): RunState => preview(state, bodies.map(draft));
const late = (state: RunState, body: RunEventBodyInit): RunEvent => draftedEvent(identity, state.seq + 1, draft(body));

const said = (text: string): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'user', messages: [wire(userMessage(text))] },
});
const moved: RunEventBodyInit = { case: 'backendSwitched', value: { from: 'one', to: 'two' } };
const turn = (number: number, text: string, callIds: string[] = []): RunEventBodyInit => {
  const message = assistantMessage(text);
  for (const id of callIds) message.parts.push({ type: 'tool_call', id, name: 't', arguments: {} });
  return { case: 'modelTurnCompleted', value: { turn: number, message: wire(message), backend: 'one' } };
};
const requested: RunEventBodyInit = {
  case: 'toolCallsRequested',
  value: { calls: [{ callId: 'call_1', tool: 't' }] },
};
const settled: RunEventBodyInit = {
  case: 'toolCallSettled',
  value: { tool: 't', result: { callId: 'call_1', status: 'ok', content: [{ type: 'text', text: '4' }] } },
};
const completed: RunEventBodyInit = { case: 'runCompleted', value: {} };
const retry: RunEventBodyInit = { case: 'runParked', value: { reason: 'retry', attempts: 1 } };

const accepted = after(initialState(identity), { case: 'runAccepted', value: { backend: 'one' } });
const calling = after(accepted, turn(1, 'hm', ['call_1']), requested);

function rebased(before: RunState, drafts: RunEventBodyInit[], ...entries: RunEventBodyInit[]) {
  const loaded = after(before, ...entries);
  let at = before;
  const newer = entries.map((entry) => {
    const event = late(at, entry);
    at = after(at, entry);
    return event;
  });
  expect(newer.every(isLate)).toBe(true);
  const result = afterLateEntries(drafts.map(draft), before.seq, loaded, newer);
  return result && { ...result, types: result.drafts.map(({ body }) => body.case) };
}

describe('what an executor did, after what others said meanwhile', () => {
  it('is a turn that says what it has not seen, and no end', () => {
    const result = rebased(accepted, [turn(1, 'hm'), completed], said('and this?'));
    expect(result?.types).toEqual(['modelTurnCompleted']);
    expect(result?.state.messages.map(textOf).slice(1)).toEqual(['hm', 'and this?']);
  });

  it('is a turn and its end where the run was only moved', () => {
    expect(rebased(accepted, [turn(1, 'hm'), completed], moved)?.types).toEqual(['modelTurnCompleted', 'runCompleted']);
  });

  it('ends nothing where only the end was to be written', () => {
    const answered = after(accepted, turn(1, 'hm'));
    expect(rebased(answered, [completed], said('and this?'))).toMatchObject({
      drafts: [],
      state: { status: 'running' },
    });
  });

  it('is parked to try again also where somebody said something, but not where the run was moved', () => {
    expect(rebased(accepted, [retry], said('quick'))?.types).toEqual(['runParked']);
    expect(rebased(accepted, [retry], moved)?.types).toEqual([]);
  });

  it('makes no history smaller that holds what was said meanwhile', () => {
    const compacted = (upToSeq: number): RunEventBodyInit => ({
      case: 'contextCompacted',
      value: { upToSeq, messages: [wire(userMessage('so far'))] },
    });
    const drafts = (upToSeq: number) => [settled, compacted(upToSeq), turn(2, 'four')];
    const within = rebased(calling, drafts(calling.seq), said('quick'));
    expect(within?.state.messages.map(textOf).slice(0, 1)).toEqual(['so far']);
    expect(within?.state.messages.map(textOf).slice(-2)).toEqual(['four', 'quick']);
    const beyond = rebased(calling, drafts(calling.seq + 1), said('quick'));
    expect(beyond?.types).toEqual(['toolCallSettled', 'modelTurnCompleted']);
    expect(beyond?.state.messages.map(textOf).slice(-2)).toEqual(['four', 'quick']);
    // A move brings no message, and shifts what the entries bring.
    const shifted = rebased(calling, drafts(calling.seq + 1), moved);
    expect(shifted?.state.messages.map(textOf)).toEqual(['so far', 'four']);
  });

  it('cannot follow a decision of the same call', () => {
    const asking = after(calling, { case: 'approvalRequested', value: { callId: 'call_1' } });
    const decided = (decision: string): RunEventBodyInit => ({
      case: 'approvalResolved',
      value: { callId: 'call_1', decision },
    });
    expect(rebased(asking, [decided('expired')], decided('approved'))).toBeUndefined();
  });

  it('says of a turn also what came before a commit in its middle', async () => {
    const journal = {
      append: async (state: RunState, drafts: readonly EventDraft[]) => ({ state: preview(state, drafts), events: [] }),
    };
    const progress = new RunProgress(journal, accepted);
    progress.add(said('seen'));
    progress.seen();
    progress.add({ case: 'budgetReserved', value: { turn: 1 } });
    const entry = late(accepted, said('not seen'));
    expect(progress.rebase(after(accepted, said('not seen')), [entry])).toBe(true);
    await progress.commit();
    expect(progress.unseen).toEqual([2]);
    progress.seen();
    expect(progress.unseen).toEqual([]);
  });
});
