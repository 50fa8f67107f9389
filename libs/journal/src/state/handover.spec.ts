import { describe, expect, it } from '@jest/globals';
import { toValue, type JsonValue } from '@switchyard/contracts';
import { userMessage } from '@switchyard/models';
import type { RunEventBodyInit } from '../event-draft.js';
import { preview } from '../store/prepare-append.js';
import { acceptedBody, draft, settledBody, start, turnBody, wireMessage } from './moves.fixture.js';
import { next } from './next.js';
import type { RunState } from './run-state.js';

const after = (...bodies: readonly RunEventBodyInit[]): RunState =>
  bodies.reduce((state, body) => preview(state, [draft(state, body)]), start);
const more = (state: RunState, ...bodies: readonly RunEventBodyInit[]): RunState =>
  bodies.reduce((before, body) => preview(before, [draft(before, body)]), state);

/** A run that called another one, which runs. */
function calling(kind: 'agent' | 'handoff'): RunState {
  const asked = after(acceptedBody(), turnBody(after(acceptedBody()), ['call_1']));
  return more(
    asked,
    {
      case: 'toolCallsRequested',
      value: { calls: [{ callId: 'call_1', tool: `${kind}_expert`, kind, target: 'expert' }] },
    },
    { case: 'childRunStarted', value: { callId: 'call_1', childRunId: 'run_child', agent: 'expert' } },
  );
}

function childSettled(output?: JsonValue, status = 'completed'): RunEventBodyInit {
  const given = output === undefined ? {} : { output: toValue(output), holder: 'expert' };
  const usage = { inputTokens: 7, outputTokens: 3 };
  return {
    case: 'childRunSettled',
    value: { callId: 'call_1', childRunId: 'run_child', status, usage, costUsd: 0.5, ...given },
  };
}

describe('a handover', () => {
  it('that completed ends the run with what the other agent gave, without another turn', () => {
    const handed = more(calling('handoff'), childSettled({ sum: 4 }), settledBody('call_1'));
    expect(next(handed)).toEqual({ type: 'Finish', output: { sum: 4 } });
    const ended = more(handed, {
      case: 'runCompleted',
      value: { output: toValue({ sum: 4 }), handedOverTo: handed.handover?.agent ?? '' },
    });
    expect(ended).toMatchObject({ status: 'completed', output: { sum: 4 }, handedOverTo: 'expert', turns: 1 });
    expect([ended.childCostUsd, ended.childUsage.inputTokens]).toEqual([0.5, 7]);
  });

  it('that failed lets the run go on', () => {
    const failed = more(calling('handoff'), childSettled(undefined, 'failed'), settledBody('call_1'));
    expect(next(failed)).toEqual({ type: 'CallModel', turn: 2 });
  });

  it('waits for the other calls of its turn, and for an answer to what a user said meanwhile', () => {
    const waiting = more(calling('handoff'), childSettled('done'));
    expect(next(waiting).type).toBe('CallTools');
    const said: RunEventBodyInit = {
      case: 'inputAppended',
      value: { source: 'user', messages: [wireMessage(userMessage('and in French'))] },
    };
    const settled = more(waiting, said, settledBody('call_1'));
    expect(next(settled)).toEqual({ type: 'CallModel', turn: 2 });
    const answered = more(settled, turnBody(settled));
    expect(answered.handover).toBeNull();
    expect(next(answered)).toEqual({ type: 'Finish', output: 'hm' });
  });

  it('is none where an agent was only called', () => {
    const called = more(calling('agent'), childSettled('done'), settledBody('call_1'));
    expect(next(called)).toEqual({ type: 'CallModel', turn: 2 });
  });
});
