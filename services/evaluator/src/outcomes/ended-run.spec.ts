import { describe, expect, it } from '@jest/globals';
import { create, REPLAY_MARK, RunSchema, timestampFromMs, toValue } from '@switchyard/contracts';
import { endedRunOfRecord } from './ended-run.js';

describe('the end of a run', () => {
  it('is what the router says, with the time that the run took', () => {
    const record = create(RunSchema, {
      ...{ tenant: 't', runId: 'run_1', taskId: 'task_1', agent: 'a', idempotencyKey: 'k', status: 'completed' },
      ...{ costUsd: 0.5, turns: 2, toolCalls: 1, configuration: 'sha256:c', backend: 'b', agentVersion: 'sha256:v' },
      ...{ output: toValue({ x: 1 }), usage: { inputTokens: 3 } },
      ...{ createdAt: timestampFromMs(5_000), endedAt: timestampFromMs(9_000) },
      ...{ retries: 3, repairs: 2, overrides: 1, firstTokenMs: 250, user: 'ann', thread: 'talk' },
      ...{ metadata: { task_class: 'refund' }, input: toValue('give it back') },
    });
    expect(endedRunOfRecord(record)).toEqual({
      ...{ tenant: 't', runId: 'run_1', taskId: 'task_1', agent: 'a', idempotencyKey: 'k', status: 'completed' },
      ...{ costUsd: 0.5, turns: 2, toolCalls: 1, configuration: 'sha256:c', backend: 'b', agentVersion: 'sha256:v' },
      ...{ output: { x: 1 }, usage: expect.objectContaining({ input_tokens: 3 }), error: null },
      ...{ durationMs: 4_000, startedAt: new Date(5_000), endedAt: new Date(9_000), moved: false },
      ...{ retries: 3, repairs: 2, overrides: 1, firstTokenMs: 250, user: 'ann', thread: 'talk' },
      ...{ taskClass: 'refund', classBy: '', redriveOf: '', input: 'give it back', inputPayload: '' },
      metadata: { task_class: 'refund' },
      ...{ rollout: '', rolloutArm: '', replayed: false },
    });
  });

  it('says whether it was moved between backends', () => {
    const switches = [{ seq: 2, from: 'a', to: 'b' }];
    expect(endedRunOfRecord(create(RunSchema, { status: 'completed', switches }))).toMatchObject({ moved: true });
  });

  it('counts as moved too where it began with the answers of another run', () => {
    const movedOf = (turns: number) =>
      endedRunOfRecord(create(RunSchema, { status: 'completed', fork: { runId: 'run_0', seq: 3, turns } }))?.moved;
    expect([movedOf(1), movedOf(0)]).toEqual([true, false]);
  });

  it('tells its arm of a rollout, and whether a record answered its calls', () => {
    const ended = create(RunSchema, {
      ...{ status: 'completed', rollout: 'ro_1', rolloutArm: 'candidate', metadata: { [REPLAY_MARK]: 'run_0' } },
    });
    expect(endedRunOfRecord(ended)).toMatchObject({
      ...{ rollout: 'ro_1', rolloutArm: 'candidate', replayed: true },
    });
  });

  it('has a cause unless it was completed', () => {
    const error = { code: 'x.y', message: 'm' };
    const errorOf = (init: object) => endedRunOfRecord(create(RunSchema, init))?.error;
    expect(errorOf({ status: 'failed', error })).toEqual(error);
    expect(errorOf({ status: 'failed' })).toMatchObject({ code: 'internal' });
    expect(errorOf({ status: 'completed', error })).toBeNull();
  });

  it('is not there while the run goes on', () => {
    expect(endedRunOfRecord(create(RunSchema, { status: 'waiting' }))).toBeUndefined();
  });

  it('never carries a cost or duration that would spoil a sum', () => {
    const record = create(RunSchema, {
      ...{ status: 'completed', costUsd: Number.NaN },
      ...{ createdAt: timestampFromMs(9_000), endedAt: timestampFromMs(5_000) },
    });
    expect(endedRunOfRecord(record)).toMatchObject({ costUsd: 0, durationMs: 0 });
  });
});
