import { describe, expect, it } from '@jest/globals';
import { create, RunEventSchema, RunSchema, timestampFromMs, toValue } from '@switchyard/contracts';
import { endedRunOf, endedRunOfRecord } from './ended-run.js';

const header = {
  tenant: 't',
  runId: 'run_1',
  taskId: 'task_1',
  agent: 'a',
  idempotencyKey: 'k',
  time: timestampFromMs(9_000),
};
const totals = {
  costUsd: 0.5,
  turns: 2,
  toolCalls: 1,
  configuration: 'sha256:c',
  backend: 'b',
  agentVersion: 'sha256:v',
};

describe('the end of a run', () => {
  it('is the same from its last event and from the router’s record', () => {
    const event = create(RunEventSchema, {
      ...header,
      body: {
        case: 'runCompleted',
        value: { ...totals, output: toValue({ x: 1 }), durationMs: 4_000, usage: { inputTokens: 3 } },
      },
    });
    const { time: endedAt, ...identity } = header;
    const record = create(RunSchema, {
      ...{ ...identity, ...totals, status: 'completed', output: toValue({ x: 1 }), usage: { inputTokens: 3 } },
      ...{ createdAt: timestampFromMs(5_000), endedAt },
    });
    expect(endedRunOf(event)).toEqual(endedRunOfRecord(record));
    expect(endedRunOf(event)).toMatchObject({ status: 'completed', output: { x: 1 }, usage: { input_tokens: 3 } });
  });

  it('has a cause unless it was completed', () => {
    const failed = create(RunEventSchema, {
      ...header,
      body: { case: 'runFailed', value: { error: { code: 'x.y', message: 'm' } } },
    });
    const cancelled = create(RunEventSchema, { ...header, body: { case: 'runCancelled', value: {} } });
    const bare = create(RunEventSchema, { ...header, body: { case: 'runFailed', value: {} } });
    expect(endedRunOf(failed)?.error).toEqual({ code: 'x.y', message: 'm' });
    expect(endedRunOf(cancelled)?.error).toMatchObject({ code: 'run.cancelled' });
    expect(endedRunOf(bare)?.error).toMatchObject({ code: 'internal' });
  });

  it('is not there while the run goes on', () => {
    expect(endedRunOf(create(RunEventSchema, { ...header, body: { case: 'runParked', value: {} } }))).toBeUndefined();
    expect(endedRunOfRecord(create(RunSchema, { status: 'waiting' }))).toBeUndefined();
  });

  it('never carries a cost or duration that would spoil a sum', () => {
    const value = { costUsd: Number.NaN, durationMs: -5 };
    const event = create(RunEventSchema, { ...header, body: { case: 'runCompleted', value } });
    expect(endedRunOf(event)).toMatchObject({ costUsd: 0, durationMs: 0 });
  });
});
