import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureConsumer, ensureStreams, execDurable } from '@switchyard/bus';
import { RouterService } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { startService } from '@switchyard/service';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, deleteStreams, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, endRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';
import { serviceDefinition } from '../service-definition.js';
import { ReconcilerService } from './reconciler.service.js';

const { cancel, getRun } = RouterService.method;

describe('the reconciler', () => {
  let router: RouterUnderTest;
  let reconciler: ReconcilerService;
  const start = async () => {
    router = await startRouter({ environment: { SWITCHYARD_STALLED_AFTER_MS: '1500' } });
    await applyDefaults(router);
    const found = router.services[1]?.app.get(ReconcilerService, { strict: false });
    if (!found) throw new Error('no reconciler');
    reconciler = found;
  };
  beforeAll(start);
  afterAll(() => router.stop());

  const rounds = (until: () => Promise<boolean>, describe: string) =>
    waitFor(
      async () => {
        await reconciler.reconcile();
        return until();
      },
      { describe, intervalMs: 100 },
    );
  const takeAll = async () => {
    const manager = await router.bus.js.jetstreamManager(false);
    const [stream] = await manager.streams.names(router.bus.subjects.exec('*', '*')).next();
    if (stream) await manager.streams.purge(stream, { filter: router.bus.subjects.exec('*', '*') });
  };

  it('brings every open run back after all streams were deleted, and held ones stay in order', async () => {
    const free = await Promise.all(Array.from({ length: 120 }, (_, index) => submit(router, { input: index })));
    const first = await submit(router, { thread: 'wiped' });
    const second = await submit(router, { thread: 'wiped' });
    await waitFor(async () => (await queuedWork(router)).length === 121);
    await deleteStreams(router.bus);
    await ensureStreams(router.bus);
    const expected = [...free.map(({ runId }) => runId), first.runId].sort();
    await rounds(async () => (await queuedWork(router)).length >= 121, 'all runs to be dispatched again');
    expect((await queuedWork(router)).map(({ runId }) => runId).sort()).toEqual(expected);
    await endRun(router, first.runId);
    await rounds(
      async () => (await queuedWork(router, second.runId)).length === 1,
      'the held run to follow, though no event came',
    );
  });

  it('brings back a run whose acknowledged work came back with a server that was killed', async () => {
    const manager = await router.bus.js.jetstreamManager(false);
    const name = `${router.bus.prefix.toUpperCase()}_EXEC`;
    const subjects = [router.bus.subjects.exec('*', '*')];
    // A stream that keeps what is acknowledged looks as a work queue does after that.
    await manager.streams.delete(name);
    await manager.streams.add({ name, subjects });
    await ensureConsumer(router.bus, { kind: 'exec', durable: execDurable('sim'), filters: subjects });
    const { runId } = await submit(router, {});
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await (await (await router.bus.js.consumers.get(name, execDurable('sim'))).next())?.ackAck();
    await rounds(
      async () => (await queuedWork(router, runId)).some(({ cause }) => cause === 'reconciled'),
      'it to be dispatched again',
    );
    expect(await queuedWork(router, runId)).toHaveLength(1);
    await deleteStreams(router.bus);
    await ensureStreams(router.bus);
  });

  it('makes the streams anew when they are gone', async () => {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await deleteStreams(router.bus);
    const timed = await startRouterRound();
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await timed.stop();
  });

  /** One more router whose rounds come by themselves. */
  async function startRouterRound() {
    return startService(serviceDefinition, {
      config: { ...router.config, router: { ...router.config.router, reconcileMs: 200 } },
    });
  }

  describe('leaves alone', () => {
    // Streams of names that nothing has deleted: nats-server removes the files of a deleted one later.
    beforeAll(async () => {
      await router.stop();
      await start();
    });
    beforeEach(async () => {
      await takeAll();
      // What earlier tests left open is none of these tests' business.
      await sql(router.dataSource, 'UPDATE registry.tasks SET ended_at = now() WHERE ended_at IS NULL');
    });
    afterEach(takeAll);

    it('a run whose work is still in the queue', async () => {
      const { runId } = await submit(router, {});
      await waitFor(async () => (await queuedWork(router, runId)).length === 1);
      await dueNow(runId);
      await pastStalled(runId);
      await reconciler.reconcile();
      expect(await queuedWork(router, runId)).toMatchObject([{ cause: 'accepted' }]);
    });

    it('a run that was heard of lately, and dispatches it once it was not', async () => {
      const { runId } = await submit(router, {});
      await waitFor(async () => (await queuedWork(router, runId)).length === 1);
      await takeAll();
      await dispatchedIsWritten(runId);
      await router.journal.heartbeat([runId]);
      await dueNow(runId);
      await reconciler.reconcile();
      expect(await queuedWork(router, runId)).toEqual([]);
      await rounds(async () => (await queuedWork(router, runId)).length === 1, 'it to be dispatched again');
      const [work] = await queuedWork(router, runId);
      expect(work).toMatchObject({ cause: 'reconciled' });
      expect(work?.msgId).not.toBe(`${runId}:accepted`);
    });

    it('a run that waits for a person, and wakes one that waits for a tool', async () => {
      const [person, tool] = [await submit(router, {}), await submit(router, {})];
      await waitFor(async () => (await queuedWork(router)).length === 2);
      await takeAll();
      for (const { runId } of [person, tool]) await dispatchedIsWritten(runId);
      await advanceRun(router, person.runId, { case: 'runParked', value: { reason: 'approval' } });
      await advanceRun(router, tool.runId, { case: 'runParked', value: { reason: 'tool' } });
      await rounds(
        async () => (await queuedWork(router, tool.runId)).length === 1,
        'the run that waits for a tool to be woken',
      );
      await dueNow(person.runId);
      await reconciler.reconcile();
      expect(await queuedWork(router, person.runId)).toEqual([]);
    });

    it('a run that has ended', async () => {
      const { runId } = await submit(router, {});
      await waitFor(async () => (await queuedWork(router, runId)).length === 1);
      await router.rpc.call(cancel, { tenant: 'default', runId });
      await takeAll();
      await dueNow(runId);
      await pastStalled(runId);
      await reconciler.reconcile();
      expect(await queuedWork(router, runId)).toEqual([]);
    });

    it('one that cannot be helped, and helps the others', async () => {
      const runs = [await submit(router, {}), await submit(router, {}), await submit(router, {})];
      await waitFor(async () => (await queuedWork(router)).length === 3);
      await takeAll();
      for (const { runId } of runs) await dispatchedIsWritten(runId);
      const [broken = { runId: '' }, ...others] = runs;
      await sql(router.dataSource, 'DELETE FROM journal.runs WHERE run_id = $1', [broken.runId]);
      const queued = async (runId: string) => (await queuedWork(router, runId)).length;
      const helped = async () =>
        (await Promise.all(others.map(({ runId }) => queued(runId)))).every((count) => count === 1);
      await rounds(helped, 'the others to be dispatched');
      expect(await queued(broken.runId)).toBe(0);
    });

    it('everything, while another router is at it', async () => {
      const { runId } = await submit(router, {});
      await waitFor(async () => (await queuedWork(router, runId)).length === 1);
      await takeAll();
      await dispatchedIsWritten(runId);
      await pastStalled(runId);
      await dueNow(runId);
      await inTransaction(router.dataSource, async (manager) => {
        await sql(manager, 'SELECT pg_advisory_xact_lock(7400742074327460)');
        expect(await reconciler.reconcile()).toMatchObject({ led: false, checked: 0 });
      });
      expect(await queuedWork(router, runId)).toEqual([]);
      expect(await reconciler.reconcile()).toMatchObject({ led: true });
      expect(await queuedWork(router, runId)).toHaveLength(1);
    });
  });

  it('ends a run whose journal cannot be read, and lets the next of its thread go', async () => {
    const first = await submit(router, { thread: 'damaged' });
    const second = await submit(router, { thread: 'damaged' });
    await waitFor(async () => (await queuedWork(router, first.runId)).length === 1);
    await damage(first.runId);
    await takeAll();
    await dispatchedIsWritten(first.runId);
    await rounds(async () => (await queuedWork(router, second.runId)).length === 1, 'the next run to be dispatched');
    expect(await router.rpc.call(getRun, { tenant: 'default', runId: first.runId })).toMatchObject({
      status: 'failed',
      error: { code: 'journal.unreadable', details: { cause: 'journal.illegal' } },
    });
    expect(await queuedWork(router, first.runId)).toEqual([]);
  });

  it('dispatches a run that only newer executors can read, and never ends it', async () => {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await sql(router.dataSource, `UPDATE journal.events SET data = data || '{"version":99}' WHERE run_id = $1`, [
      runId,
    ]);
    await takeAll();
    await dispatchedIsWritten(runId);
    await rounds(async () => (await queuedWork(router, runId)).length === 1, 'the run to be dispatched');
    const get = { tenant: 'default', runId };
    expect(await router.rpc.call(getRun, get)).toMatchObject({ status: 'queued' });
    const refused = { code: 'journal.future_version', retryable: true };
    await expect(router.rpc.call(RouterService.method.listEvents, get)).rejects.toMatchObject(refused);
    await expect(router.rpc.call(cancel, get)).rejects.toMatchObject(refused);
    expect(await router.rpc.call(getRun, get)).toMatchObject({ status: 'queued', seq: 1 });
  });

  it('lets a run be cancelled whose journal cannot be read', async () => {
    const { runId } = await submit(router, {});
    await damage(runId);
    expect(await router.rpc.call(cancel, { tenant: 'default', runId })).toMatchObject({ status: 'cancelled' });
  });

  it('publishes the events that a crash left unpublished, in order, once', async () => {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await publishedEvents(router, runId)).length === 1);
    await advanceRun(
      router,
      runId,
      { case: 'runParked', value: { reason: 'approval' } },
      { case: 'runResumed', value: {} },
    );
    await rounds(async () => (await publishedEvents(router, runId)).length === 3, 'the events to be relayed');
    await reconciler.reconcile();
    expect((await publishedEvents(router, runId)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('an event that the bus never takes does not hold up the others', async () => {
    const { runId } = await submit(router, {});
    // Where any JSON may stand, it would be stored apart.
    const error = { code: 'memory.failed', message: 'x'.repeat(router.bus.nc.info?.max_payload ?? 0) };
    await advanceRun(
      router,
      runId,
      { case: 'inputAppended', value: { source: 'memory', error } },
      { case: 'runParked', value: { reason: 'approval' } },
    );
    await rounds(async () => (await router.journal.unpublishedOf(runId)).length === 0, 'the run to be relayed');
    expect((await publishedEvents(router, runId)).map(({ seq }) => seq)).toEqual([1, 3]);
  });

  async function dueNow(runId: string): Promise<void> {
    await sql(
      router.dataSource,
      `UPDATE registry.tasks SET next_check_at = now() - interval '1 second' WHERE run_id = $1`,
      [runId],
    );
  }

  /** Its first entry becomes one that no run begins with. */
  async function damage(runId: string): Promise<void> {
    await sql(
      router.dataSource,
      `UPDATE journal.events SET data = data - 'run_accepted' || '{"run_resumed":{}}' WHERE run_id = $1 AND seq = 1`,
      [runId],
    );
  }

  async function pastStalled(runId: string): Promise<void> {
    await waitFor(async () => {
      const run = await router.journal.findRun(runId);
      return run !== undefined && run.updatedAt.getTime() < Date.now() - 1_500;
    });
  }

  async function dispatchedIsWritten(runId: string): Promise<void> {
    await waitFor(async () => {
      const rows = await sql(router.dataSource, 'SELECT 1 FROM registry.tasks WHERE run_id = $1 AND dispatches > 0', [
        runId,
      ]);
      return rows.length > 0;
    });
  }
});
