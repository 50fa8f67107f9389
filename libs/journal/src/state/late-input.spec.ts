import { describe, expect, it } from '@jest/globals';
import { textOf, userMessage } from '@switchyard/models';
import type { RunEventBodyInit } from '../event-draft.js';
import { preview } from '../store/prepare-append.js';
import { acceptedBody, draft, requestedBody, settledBody, start, turnBody, wireMessage } from './moves.fixture.js';
import { next } from './next.js';
import type { RunState } from './run-state.js';

const after = (...bodies: readonly RunEventBodyInit[]): RunState =>
  bodies.reduce((state, body) => preview(state, [draft(state, body)]), start);
const said = (text: string, more: object = {}): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'user', messages: [wireMessage(userMessage(text))], ...more },
});
const texts = (state: RunState): string[] => state.messages.map(textOf);

/** A turn that was asked before the entry `missed` came. */
function turnThatMissed(state: RunState, missed: number, callIds: readonly string[] = []): RunEventBodyInit {
  const body = turnBody(state, callIds);
  if (body.case === 'modelTurnCompleted') body.value.missedSeqs = [missed];
  return body;
}

describe('input that comes while a turn is under way', () => {
  it('stands after the answer, which has not seen it, and is answered by another turn', () => {
    const steered = after(acceptedBody(), said('in French'));
    const answered = preview(steered, [draft(steered, turnThatMissed(steered, 2))]);
    expect(texts(answered)).toEqual(['What is 2 + 2?', 'hm', 'in French']);
    expect(next(answered)).toEqual({ type: 'CallModel', turn: 2 });
  });

  it('stands after the results of the calls that the answer asks for', () => {
    const steered = after(acceptedBody(), said('in French'));
    const asked = preview(steered, [draft(steered, turnThatMissed(steered, 2, ['call_1']))]);
    const requested = preview(asked, [draft(asked, requestedBody(['call_1']))]);
    expect(texts(requested)).toEqual(['What is 2 + 2?', 'hm']);
    const settled = preview(requested, [draft(requested, settledBody('call_1'))]);
    expect(settled.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  it('is taken once, where it has an id', () => {
    const once = after(acceptedBody(), said('in French', { id: 'a' }));
    expect(once.inputIds).toEqual(['a']);
    expect(() => preview(once, [draft(once, said('in French', { id: 'a' }))])).toThrow('the id a again');
  });
});

describe('an answer to a question', () => {
  const ask: RunEventBodyInit = {
    case: 'toolCallsRequested',
    value: { calls: [{ callId: 'call_1', tool: 'ask_user', arguments: { question: 'Which?' }, kind: 'ask' }] },
  };
  const asking = (): RunState => {
    const accepted = after(acceptedBody());
    return after(acceptedBody(), turnBody(accepted, ['call_1']), ask);
  };
  const answer = (callId: string): RunEventBodyInit => said('the red one', { source: 'answer', references: [callId] });

  it('goes to the call that asked, and not into the conversation', () => {
    const before = asking();
    const answered = preview(before, [draft(before, answer('call_1'))]);
    expect(answered.openCalls).toMatchObject([{ kind: 'ask', answer: { text: 'the red one' } }]);
    expect(answered.messages).toEqual(before.messages);
  });

  it('makes a run that waits for it due from then on, and one that waits for something else not', () => {
    const parked = (reason: string): RunState => {
      const before = asking();
      const body = { case: 'runParked', value: { reason, callIds: reason === 'retry' ? [] : ['call_1'] } } as const;
      return preview(before, [draft(before, body)]);
    };
    const waiting = parked('input');
    expect(waiting.parked?.until).toBe('');
    const answered = preview(waiting, [draft(waiting, answer('call_1'))]);
    expect(answered.parked).toMatchObject({ reason: 'input', until: answered.updatedAt });
    const retrying = parked('retry');
    expect(preview(retrying, [draft(retrying, answer('call_1'))]).parked?.until).toBe('');
  });

  it('is refused where nothing was asked, and a second time', () => {
    const before = asking();
    expect(() => preview(before, [draft(before, answer('call_2'))])).toThrow('asks nothing');
    const answered = preview(before, [draft(before, answer('call_1'))]);
    expect(() => preview(answered, [draft(answered, answer('call_1'))])).toThrow('has an answer');
  });
});
