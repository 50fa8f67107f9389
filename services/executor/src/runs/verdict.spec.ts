import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { initialState, type RunState } from '@switchyard/journal';
import { assistantMessage } from '@switchyard/models';
import { RunFailure } from './run-failure.js';
import { failureOf, failureOfTurn, mayResume } from './verdict.js';

const state: RunState = initialState({
  tenant: 'default',
  runId: 'run_1',
  taskId: 't',
  agent: 'a',
  idempotencyKey: '',
});
const now = new Date('2026-01-01T00:00:00Z');
const parked = (reason: string, until = '', attempts = 1) => ({ parked: { reason, callIds: ['a'], until }, attempts });

describe('a message for a parked run', () => {
  it.each([
    ['a tool', parked('tool'), true],
    ['a call in doubt', parked('unknown'), true],
    ['an approval', parked('approval'), true],
    ['a child', parked('child'), true],
    ['a time that has come', parked('timer', '2025-12-31T00:00:00Z'), true],
    ['a time that has not', parked('timer', '2026-01-02T00:00:00Z'), true],
    ['input', parked('input'), true],
    ['another try whose time has come', parked('retry', '2025-12-31T00:00:00Z'), true],
    ['another try whose time has not', parked('retry', '2026-01-02T00:00:00Z'), false],
    ['another try whose time comes in a moment', parked('retry', '2026-01-01T00:00:00.500Z'), true],
    ['another try, and was moved to another backend', parked('retry', '2026-01-02T00:00:00Z', 0), true],
    ['nothing', { parked: null, attempts: 0 }, false],
  ])('that waits for %s wakes it or does not', (_what, run, wakes) => {
    expect(mayResume(run, now)).toBe(wakes);
  });
});

describe('an error while a run is advanced', () => {
  it('ends the run where trying again makes no sense', () => {
    expect(failureOf(new SwitchyardError('agent.not_found', 'gone'), 1)).toMatchObject({ code: 'agent.not_found' });
    expect(failureOf(new RunFailure('model.unavailable', 'down', { retryable: true }), 1)).toMatchObject({
      retryable: true,
    });
  });

  it('hands the message back where it may help, and makes a dead letter of a journal that cannot be read', () => {
    expect(failureOf(new SwitchyardError('rpc.unavailable', 'nobody', { retryable: true }), 9)).toBeUndefined();
    expect(failureOf(new SwitchyardError('journal.illegal', 'broken'), 1)).toBeUndefined();
    expect(failureOf(new SwitchyardError('run.not_found', 'none'), 1)).toBeUndefined();
  });

  it('gives a defect a few tries, then ends the run instead of trying for ever', () => {
    expect(failureOf(new TypeError('x is undefined'), 1)).toBeUndefined();
    expect(failureOf(new TypeError('x is undefined'), 3)).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('x is undefined'),
    });
  });
});

describe('an answer that was read', () => {
  it.each([
    ['a refusal', { finishReason: 'refused' }, 'model.refused'],
    ['an answer cut before it began', { finishReason: 'length', messages: [assistantMessage('')] }, 'model.truncated'],
    ['a third turn of wrong calls', { rejectedTurns: 3 }, 'model.invalid_calls'],
    ['an answer cut in the middle', { finishReason: 'length', messages: [assistantMessage('So far')] }, undefined],
    ['a second turn of wrong calls', { rejectedTurns: 2 }, undefined],
    ['an answer', { finishReason: 'stop', messages: [assistantMessage('Yes.')] }, undefined],
  ])('%s', (_what, change, code) => {
    expect(failureOfTurn({ ...state, ...change })?.code).toBe(code);
  });
});
