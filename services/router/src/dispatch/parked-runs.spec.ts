import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureStreams } from '@switchyard/bus';
import { timestampFromDate, ToolWorkSchema } from '@switchyard/contracts';
import type { EventDraft } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, deleteStreams, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';
import { ReconcilerService } from './reconciler.service.js';

describe('a parked run', () => {
  let router: RouterUnderTest;
  let reconciler: ReconcilerService;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_STALLED_AFTER_MS: '500' } });
    await applyDefaults(router);
    const found = router.services[1]?.app.get(ReconcilerService, { strict: false });
    if (!found) throw new Error('no reconciler');
    reconciler = found;
    await reconciler.reconcile();
  });
  afterAll(() => router.stop());
  beforeEach(async () => {
    await takeAll();
    // What earlier tests left open is none of these tests' business.
    await sql(router.dataSource, 'UPDATE registry.tasks SET ended_at = now() WHERE ended_at IS NULL');
    await sql(router.dataSource, 'UPDATE journal.runs SET wake_at = NULL');
  });

  it('is woken when its time has come and its timer was lost, once', async () => {
    const until = new Date(Date.now() + 300);
    const runId = await park({ reason: 'timer', until: timestampFromDate(until) });
    const later = await park({ reason: 'timer', until: timestampFromDate(new Date(Date.now() + 600_000)) });
    await farAhead(runId);
    await rounds(async () => (await causes(runId)).includes('timer'));
    expect(Date.now()).toBeGreaterThan(until.getTime());
    await reconciler.reconcile();
    expect(await causes(runId)).toEqual(['timer']);
    expect(await causes(later)).toEqual([]);
  });

  it('is not woken again while an executor has it in hand since its timer', async () => {
    const runId = await park({ reason: 'retry', until: timestampFromDate(new Date(Date.now() - 10_000)) });
    const { bus } = router;
    await bus.publishText(
      bus.subjects.exec('sim', runId),
      JSON.stringify({ tenant: 'default', run_id: runId, backend: 'sim', cause: 'from the bus' }),
    );
    expect(await reconciler.reconcile()).toMatchObject({ led: true, woken: 0 });
    expect(await causes(runId)).toEqual(['from the bus']);
  });

  it('is left alone while its calls are on their way to a tool host, and woken once they are lost', async () => {
    const runId = await park({ reason: 'tool', callIds: ['call_a'] });
    const { bus } = router;
    const call = { tenant: 'default', callId: 'call_a', tool: 'x', runId };
    await bus.publish(bus.subjects.tool('p', 'call_a'), ToolWorkSchema, { call });
    await looked(runId);
    expect(await causes(runId)).toEqual([]);
    const manager = await bus.js.jetstreamManager(false);
    await manager.streams.purge(`${bus.prefix.toUpperCase()}_TOOL`, { filter: bus.subjects.tool('p', 'call_a') });
    await rounds(async () => (await causes(runId)).includes('reconciled'));
  });

  it('to which something came whose writer died before it told of it is woken, however long it was to be left alone', async () => {
    const runId = await park({ reason: 'approval', callIds: ['call_a'] });
    await looked(runId);
    expect(await causes(runId)).toEqual([]);
    await rounds(async () => (await publishedEvents(router, runId)).length === 4);
    await farAhead(runId);
    await advanceRun(router, runId, {
      case: 'inputAppended',
      value: { source: 'user', messages: [{ role: 'user', parts: [{ type: 'text', text: 'and?' }] }] },
    });
    await rounds(async () => (await causes(runId)).includes('reconciled'));
  });

  it('is looked at soon after the streams were lost, however long it was to be left alone', async () => {
    const runId = await park({ reason: 'unknown', callIds: ['call_a'] });
    await farAhead(runId);
    await reconciler.reconcile();
    expect(await causes(runId)).toEqual([]);
    await deleteStreams(router.bus);
    await ensureStreams(router.bus);
    await rounds(async () => (await causes(runId)).includes('reconciled'));
  });

  it('is looked at less and less often while it does not move', async () => {
    const runId = await park({ reason: 'child', callIds: ['call_a'] });
    // What is published late is taken for a sign of life.
    await rounds(async () => !(await unpublished()).includes(runId));
    await sql(router.dataSource, 'UPDATE registry.tasks SET checked_seq = 0 WHERE run_id = $1', [runId]);
    for (const idle of [0, 1, 2, 3]) {
      await takeAll();
      const before = Date.now();
      const dispatches = (await taskOf(runId)).dispatches + 1;
      await looked(runId);
      // That it was dispatched is written a moment after the look, and with it when to look again.
      await waitFor(async () => (await taskOf(runId)).dispatches === dispatches);
      const task = await taskOf(runId);
      expect(task.idle_checks).toBe(idle);
      expect(task.next_check_at.getTime() - before).toBeGreaterThanOrEqual(500 * 2 ** idle);
    }
    await advanceRun(
      router,
      runId,
      { case: 'runResumed', value: {} },
      { case: 'runParked', value: { reason: 'child' } },
    );
    await looked(runId);
    expect((await taskOf(runId)).idle_checks).toBe(0);
  });

  interface Task {
    idle_checks: number;
    dispatches: number;
    next_check_at: Date;
  }

  async function taskOf(runId: string): Promise<Task> {
    const columns = 'idle_checks, dispatches, next_check_at';
    const [task] = await sql<Task>(router.dataSource, `SELECT ${columns} FROM registry.tasks WHERE run_id = $1`, [
      runId,
    ]);
    if (!task) throw new Error(`no task of ${runId}`);
    return task;
  }

  async function unpublished(): Promise<string[]> {
    return (await router.journal.unpublished(new Date(Date.now() + 60_000), 1_000)).map((event) => event.runId);
  }

  /** A run with one open call, parked; nothing of it is on the queue. */
  async function park(value: (EventDraft['body'] & { case: 'runParked' })['value']): Promise<string> {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await causes(runId)).length === 1);
    await waitFor(async () => {
      const rows = await sql(router.dataSource, 'SELECT 1 FROM registry.tasks WHERE run_id = $1 AND dispatches > 0', [
        runId,
      ]);
      return rows.length > 0;
    });
    const message = { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_a', name: 'x', arguments: {} }] };
    await advanceRun(
      router,
      runId,
      { case: 'modelTurnCompleted', value: { turn: 1, message, backend: 'sim', finishReason: 'tool_calls' } },
      { case: 'toolCallsRequested', value: { calls: [{ callId: 'call_a', tool: 'x' }] } },
      { case: 'runParked', value },
    );
    await takeAll();
    return runId;
  }

  async function rounds(until: () => Promise<boolean>): Promise<void> {
    await waitFor(
      async () => {
        await reconciler.reconcile();
        return until();
      },
      { intervalMs: 100 },
    );
  }

  /** One look, long after it was last heard of. */
  async function looked(runId: string): Promise<void> {
    await sql(router.dataSource, `UPDATE journal.runs SET updated_at = now() - interval '1 minute' WHERE run_id = $1`, [
      runId,
    ]);
    await sql(
      router.dataSource,
      `UPDATE registry.tasks SET next_check_at = now() - interval '1 second' WHERE run_id = $1`,
      [runId],
    );
    expect(await reconciler.reconcile()).toMatchObject({ led: true, checked: 1 });
  }

  async function farAhead(runId: string): Promise<void> {
    await sql(
      router.dataSource,
      `UPDATE registry.tasks SET next_check_at = now() + interval '1 hour' WHERE run_id = $1`,
      [runId],
    );
  }

  async function causes(runId: string): Promise<string[]> {
    return (await queuedWork(router, runId)).map(({ cause }) => cause);
  }

  async function takeAll(): Promise<void> {
    const manager = await router.bus.js.jetstreamManager(false);
    const filter = router.bus.subjects.exec('*', '*');
    await manager.streams.purge(`${router.bus.prefix.toUpperCase()}_EXEC`, { filter });
  }
});
