import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelNoticeSchema, RouterService } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { runWithCalls, type CallOfTest } from '../open-calls.fixture.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, publishEvent, queuedWork, submit } from '../run.fixture.js';

const { cancel, resolveApproval, sendInput } = RouterService.method;
const tenant = 'default';

describe('a cancel ends a run', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  const parkedOn = async (reason: string, call: CallOfTest): Promise<string> => {
    const runId = await runWithCalls(router, [call], { parked: false });
    const until = { seconds: BigInt(Math.floor(Date.now() / 1_000) + 3_600), nanos: 0 };
    await advanceRun(router, runId, { case: 'runParked', value: { reason, callIds: [call.callId], until } });
    return runId;
  };
  const turn: RunEventBodyInit = {
    case: 'modelTurnCompleted',
    value: { turn: 1, message: { role: 'assistant', parts: [] }, backend: 'sim', finishReason: 'paused' },
  };

  it.each<[string, () => Promise<string>]>([
    ['queued', async () => (await submit(router, {})).runId],
    [
      'held back by its thread',
      async () => {
        await submit(router, { thread: 'held' });
        return (await submit(router, { thread: 'held' })).runId;
      },
    ],
    [
      'between two turns of an executor that is gone',
      async () => {
        const { runId } = await submit(router, {});
        await advanceRun(router, runId, turn);
        return runId;
      },
    ],
    ['waiting for an approval', () => runWithCalls(router, [{ callId: 'call_1', approval: {} }])],
    ['waiting for an answer', () => runWithCalls(router, [{ callId: 'call_1', kind: 'ask' }])],
    ['waiting for a time', () => parkedOn('timer', { callId: 'call_1', kind: 'sleep' })],
    ['waiting for a slow tool', () => parkedOn('tool', { callId: 'call_1' })],
    ['waiting for a decision on a call in doubt', () => parkedOn('unknown', { callId: 'call_1' })],
  ])('that is %s, and nothing of it can follow', async (_where, make) => {
    const runId = await make();
    const heard: string[] = [];
    const listening = router.bus.subscribe(router.bus.subjects.cancel(runId), CancelNoticeSchema, (notice) => {
      heard.push(notice.runId);
    });
    await router.bus.nc.flush();
    const run = await router.rpc.call(cancel, { tenant, runId, reason: 'enough' });
    expect([run.status, run.wait]).toEqual(['cancelled', undefined]);
    await waitFor(() => heard.length > 0);
    await listening.stop();
    expect(await router.journal.findRun(runId)).toMatchObject({ parkedReason: '', wakeAt: null });
    const after = { tenant, runId, callId: 'call_1' };
    await expect(router.rpc.call(cancel, { tenant, runId })).rejects.toMatchObject({ code: 'run.already_ended' });
    await expect(router.rpc.call(resolveApproval, { ...after, decision: 'approved' })).rejects.toMatchObject({
      code: 'approval.not_waiting',
    });
    await expect(
      router.rpc.call(sendInput, { ...after, input: { kind: { case: 'stringValue', value: 'x' } } }),
    ).rejects.toMatchObject({ code: 'run.already_ended' });
    await expect(advanceRun(router, runId, turn)).rejects.toMatchObject({ code: 'journal.after_end' });
    await waitFor(
      async () =>
        (
          await sql(router.dataSource, 'SELECT 1 FROM registry.tasks WHERE run_id = $1 AND ended_at IS NOT NULL', [
            runId,
          ])
        ).length === 1,
    );
  });

  it('whose executors and tool hosts are told again when the event comes back, should nobody have been told', async () => {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    // What a router leaves that dies between its commit and the bus.
    const [event] = await advanceRun(router, runId, {
      case: 'runCancelled',
      value: { reason: 'enough', by: 'user:ann' },
    });
    const heard: string[] = [];
    const listening = router.bus.subscribe(router.bus.subjects.cancel(runId), CancelNoticeSchema, (notice) => {
      heard.push(`${notice.reason} ${notice.actor}`);
    });
    await router.bus.nc.flush();
    if (event) await publishEvent(router, event);
    await waitFor(() => heard.length > 0);
    expect(heard).toEqual(['enough user:ann']);
    await listening.stop();
  });
});
