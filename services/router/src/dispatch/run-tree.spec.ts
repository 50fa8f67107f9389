import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelNoticeSchema, RouterService, toErrorInfo, SwitchyardError } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { callAgents, parkOn, startChild } from '../children/children.fixture.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, endRun, publishEvent, queuedWork, submit } from '../run.fixture.js';
import { ReconcilerService } from './reconciler.service.js';

const { cancel, getRun, getRunTree, listRuns } = RouterService.method;
const tenant = 'default';

describe('runs that call each other', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_MAX_AGENT_REPEATS: '9' } });
    await router.startAnother();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  const statusOf = async (runId: string) => (await router.rpc.call(getRun, { tenant, runId })).status;
  const wakes = async (runId: string) =>
    (await queuedWork(router, runId)).filter(({ cause }) => cause === 'child_settled');
  const reconcile = async () => {
    const [, service] = router.services;
    if (!service) throw new Error('no router');
    await service.app.get(ReconcilerService, { strict: false }).reconcile();
  };
  /** A run that waits for runs that its calls started. */
  const caller = async (count: number, above?: string) => {
    const runId = above ?? (await submit(router)).runId;
    const calls = Array.from({ length: count }, (_, index) => ({ callId: `call_${runId}_${index}`, agent: 'helper' }));
    await callAgents(router, runId, ...calls);
    const children = await Promise.all(calls.map(async (call) => (await startChild(router, runId, call)).runId));
    await parkOn(router, runId, Object.fromEntries(calls.map(({ callId }, index) => [callId, children[index] ?? ''])));
    return { runId, children };
  };

  it('wake their caller when the last of twenty has ended, and not before', async () => {
    const { runId, children } = await caller(20);
    const [last = '', ...others] = children;
    await Promise.all(others.map((child) => completeRun(router, child)));
    // Heard of all: their tasks are ended.
    await waitFor(async () => (await openTasks(router, others)) === 0);
    expect(await wakes(runId)).toEqual([]);
    await completeRun(router, last);
    const [wake] = await waitFor(async () => {
      const found = await wakes(runId);
      return found.length > 0 ? found : undefined;
    });
    expect(wake).toMatchObject({ tenant, runId, backend: 'sim', msgId: `${runId}:child:${last}` });
  });

  it('wake their caller though the message of the end was lost', async () => {
    const { runId, children } = await caller(2);
    for (const child of children) await endRun(router, child);
    await waitFor(
      async () => {
        await reconcile();
        return (await wakes(runId)).length > 0;
      },
      { intervalMs: 200 },
    );
  });

  it('end with the one that is cancelled, three levels deep, and whoever works on them is told', async () => {
    const root = await caller(2);
    const middle = await caller(2, root.children[0]);
    const lowest = await caller(1, middle.children[1]);
    const below = [...root.children, ...middle.children, ...lowest.children];
    const told = new Set<string>();
    const listening = router.bus.subscribe(router.bus.subjects.cancel('*'), CancelNoticeSchema, (notice) => {
      told.add(notice.runId);
    });
    await router.bus.nc.flush();
    await router.rpc.call(cancel, { tenant, runId: root.runId, reason: 'enough' });
    expect(await Promise.all(below.map(statusOf))).toEqual(below.map(() => 'cancelled'));
    await waitFor(() => told.size === below.length + 1);
    await listening.stop();
    const { state } = await router.journal.load(lowest.children[0] ?? '');
    expect(state.error?.message).toBe('parent ended');
    // Nothing of the tree happens after: neither does a stale executor start anything below.
    await expect(
      startChild(router, middle.runId, { callId: `call_${middle.runId}_9`, agent: 'helper' }),
    ).rejects.toMatchObject({ code: 'run.already_ended' });
  });

  it('end with a caller that failed, also where nobody heard of it', async () => {
    const failed = async (runId: string) => {
      const error = toErrorInfo(new SwitchyardError('run.limit_exceeded', 'over'));
      const [event] = await advanceRun(router, runId, { case: 'runFailed', value: { error } });
      return event;
    };
    const heard = await caller(2);
    const event = await failed(heard.runId);
    if (event) await publishEvent(router, event);
    for (const child of heard.children) await waitFor(async () => (await statusOf(child)) === 'cancelled');

    const unheard = await caller(2);
    const below = await caller(1, unheard.children[0]);
    await failed(unheard.runId);
    for (const child of [...unheard.children, ...below.children])
      await waitFor(
        async () => {
          await reconcile();
          return (await statusOf(child)) === 'cancelled';
        },
        { timeoutMs: 60_000 },
      );
  });

  it('are shown as a tree with what they used together, and listed by their caller', async () => {
    const root = await caller(2);
    const middle = await caller(1, root.children[1]);
    const tree = await router.rpc.call(getRunTree, { tenant, runId: root.runId });
    expect(tree.runs.map(({ runId }) => runId).slice(-1)).toEqual(middle.children);
    expect(tree.runs).toHaveLength(4);
    expect(tree).toMatchObject({ usage: { inputTokens: 200, outputTokens: 40 }, more: false });
    expect(tree.costUsd).toBeCloseTo(0.02);
    const listed = await router.rpc.call(listRuns, { tenant, parent: root.runId });
    expect(listed.runs.map(({ runId }) => runId).sort()).toEqual([...root.children].sort());
    await expect(router.rpc.call(getRunTree, { tenant: 'other', runId: root.runId })).rejects.toMatchObject({
      code: 'run.not_found',
    });
  });
});

async function openTasks(router: RouterUnderTest, runIds: readonly string[]): Promise<number> {
  const [row] = await router.dataSource.query<{ n: number }[]>(
    'SELECT count(*)::integer AS n FROM registry.tasks WHERE run_id = ANY ($1) AND ended_at IS NULL',
    [runIds],
  );
  return row?.n ?? 0;
}
