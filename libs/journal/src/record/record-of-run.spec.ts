import { describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { draftedEvent, type RunEventBodyInit } from '../event-draft.js';
import { fold } from '../state/apply.js';
import { next } from '../state/next.js';
import { acceptedBody, requestedBody, settledBody, turnBody } from '../state/moves.fixture.js';
import { initialState, type RunState } from '../state/run-state.js';
import { apply } from '../state/apply.js';
import { recordOfRun } from './record-of-run.js';

const identity = { tenant: 'default', runId: 'run_1', taskId: 'task_1', agent: 'a', idempotencyKey: '' };
type Make = RunEventBodyInit | ((state: RunState) => RunEventBodyInit);

function journalOf(...makes: Make[]) {
  let state = initialState(identity);
  return makes.map((make) => {
    const body = typeof make === 'function' ? make(state) : make;
    const event = draftedEvent(identity, state.seq + 1, { body, actor: 'test' });
    state = apply(state, event);
    return event;
  });
}
const settled = (callId: string, result: object, tool = 'tool'): RunEventBodyInit => ({
  case: 'toolCallSettled',
  value: { tool, result: { callId, ...result } },
});

describe('the record of a run', () => {
  it('has what each call was answered with, in the order of the calls, and what the run was told before its first turn', () => {
    const events = journalOf(
      acceptedBody(),
      { case: 'inputAppended', value: { source: 'memory', references: ['mem_1'] } },
      (state) => turnBody(state, ['c1', 'c2', 'c3']),
      requestedBody(['c1', 'c2', 'c3']),
      // The reader refuses it again.
      settled('c2', { status: 'error', error: { code: 'tool.not_found', message: '', details: { rejection: 'x' } } }),
      settled('c3', { status: 'error', error: { code: 'approval.denied', message: 'No.' } }),
      settledBody('c1', 'told'),
      { case: 'inputAppended', value: { source: 'memory', references: ['later'] } },
    );
    const { answers, context } = recordOfRun(events);
    expect(answers.map(({ call_id, turn }) => [call_id, turn])).toEqual([
      ['c1', 1],
      ['c3', 1],
    ]);
    expect(answers[1]?.result).toEqual({ status: 'error', error: { code: 'approval.denied', message: 'No.' } });
    expect(context).toEqual([{ source: 'memory', references: ['mem_1'] }]);
  });
});

describe('a run that is answered from a record', () => {
  const recordedAnswers = { runId: 'run_0', payload: 'sha256:0', unmatched: 'stop', count: 1 };
  const accepted: RunEventBodyInit = {
    case: 'runAccepted',
    value: { backend: 'b', input: toValue('x'), recordedAnswers },
  };

  it('knows the calls that were looked up, and not those that the reader refused', () => {
    const events = journalOf(
      accepted,
      (state) => turnBody(state, ['c1', 'c2']),
      requestedBody(['c1', 'c2']),
      settled('c1', { status: 'error', error: { code: 'tool.not_found', message: '', details: { rejection: 'x' } } }),
      settledBody('c2'),
    );
    expect(fold(events).replay).toMatchObject({
      runId: 'run_0',
      unmatched: 'stop',
      calls: [{ key: expect.any(String) }],
    });
  });

  it('ends with the recorded answer where it hands over', () => {
    const handoff: RunEventBodyInit = {
      case: 'toolCallsRequested',
      value: { calls: [{ callId: 'c1', tool: 'handoff_b', kind: 'handoff', target: 'b', arguments: {} }] },
    };
    const before = [accepted, (state: RunState) => turnBody(state, ['c1']), handoff];
    const text = (value: string) => settled('c1', { status: 'ok', content: [{ type: 'text', text: value }] });
    expect(next(fold(journalOf(...before, text('Done.'))))).toEqual({ type: 'Finish', output: 'Done.' });
    expect(next(fold(journalOf(...before, text('{\n  "a": 1\n}'))))).toEqual({ type: 'Finish', output: { a: 1 } });
    const failed = settled('c1', { status: 'error', error: { code: 'agent.failed', message: '' } });
    expect(next(fold(journalOf(...before, failed)))).toMatchObject({ type: 'CallModel' });
  });
});
