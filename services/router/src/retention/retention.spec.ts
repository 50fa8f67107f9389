import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { RunningService } from '@switchyard/service';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { completeRun, submit } from '../run.fixture.js';
import { RetentionService } from './retention.service.js';

const { forkRun, getRun, listEvents, listRunSteps, listRuns } = RouterService.method;
const tenant = 'default';

function retentionOf(service: RunningService | undefined): RetentionService {
  if (!service) throw new Error('no router was started');
  return service.app.get(RetentionService, { strict: false });
}

describe('what is kept of runs', () => {
  let router: RouterUnderTest;
  let retention: RetentionService;
  let another: RetentionService;
  beforeAll(async () => {
    const environment = { SWITCHYARD_ARCHIVE_AFTER_DAYS: '30', SWITCHYARD_DELETE_AFTER_DAYS: '90' };
    router = await startRouter({ environment });
    retention = retentionOf(router.services[1]);
    another = retentionOf(await router.startAnother());
    await applyDefaults(router, { concurrency: 'steer' });
  });
  afterAll(() => router.stop());

  /** All published, its task ended, and both so many days ago. */
  const makeOld = async (runId: string, days: number): Promise<void> => {
    const { state } = await router.journal.load(runId);
    await router.journal.markPublished(
      runId,
      Array.from({ length: state.seq }, (_, index) => index + 1),
    );
    const ended = `SELECT 1 FROM registry.tasks t JOIN journal.runs r USING (run_id) WHERE run_id = $1 AND t.ended_at IS NOT NULL AND r.settled`;
    await waitFor(async () => (await sql(router.dataSource, ended, [runId])).length > 0, {
      describe: `${runId} to end`,
    });
    await age(runId, days);
  };
  const age = async (runId: string, days: number): Promise<void> => {
    const back = (column: string) => `${column} = ${column} - $2 * interval '1 day'`;
    for (const [table, ...columns] of [
      ['journal.runs', 'created_at', 'ended_at'],
      ['journal.archives', 'ended_at'],
    ])
      await sql(router.dataSource, `UPDATE ${table} SET ${columns.map(back).join(', ')} WHERE run_id = $1`, [
        runId,
        days,
      ]);
    await sql(router.dataSource, `UPDATE journal.payloads SET used_at = now() - interval '1 day'`);
  };
  const oldRun = async (days: number, task: Parameters<typeof submit>[1] = {}, output = 'done'): Promise<string> => {
    const { runId } = await submit(router, task);
    await completeRun(router, runId, output);
    await makeOld(runId, days);
    return runId;
  };
  /** Rows that name the run, by table: of every table there is. */
  const rowsOf = async (runId: string): Promise<Record<string, number>> => {
    const columns = await sql<{ place: string; columns: string[] }>(
      router.dataSource,
      `SELECT table_schema || '.' || table_name AS place, array_agg(column_name::text) AS columns FROM information_schema.columns
       WHERE table_schema IN ('journal', 'registry') AND data_type = 'text' GROUP BY 1 ORDER BY 1`,
    );
    const rows: Record<string, number> = {};
    for (const { place, columns: names } of columns) {
      const text = `SELECT 1 FROM ${place} WHERE $1 IN (${names.join(', ')})`;
      const { length } = await sql(router.dataSource, text, [runId]);
      if (length > 0) rows[place] = length;
    }
    return rows;
  };
  const payloads = async (): Promise<number> => (await sql(router.dataSource, 'SELECT 1 FROM journal.payloads')).length;

  it('is archived by one router at a time, in batches, and looks the same to everybody; young and open runs are not touched', async () => {
    const open = await submit(router, {});
    await sql(router.dataSource, `UPDATE journal.runs SET created_at = now() - interval '400 days' WHERE run_id = $1`, [
      open.runId,
    ]);
    const young = await oldRun(29);
    const old = await oldRun(31, { input: 'x'.repeat(200_000) }, 'y'.repeat(300_000));
    const columns = `tenant, task_id, idempotency_key, agent, agent_version, backend, routing_reason, thread, user_id, status, parked_reason,
      seq, published, settled, turns, tool_calls, usage, cost_usd, configuration, limits, metadata, input, output, trace_id, created_at, updated_at, ended_at`;
    await sql(
      router.dataSource,
      `INSERT INTO journal.runs (run_id, root_run_id, ${columns}) SELECT 'run_many_' || n, 'run_many_' || n, ${columns} FROM journal.runs, generate_series(1, 120) AS n WHERE run_id = $1`,
      [old],
    );
    await sql(
      router.dataSource,
      `INSERT INTO journal.events SELECT 'run_many_' || n, seq, tenant, type, time, actor, trace_id, data FROM journal.events, generate_series(1, 120) AS n WHERE run_id = $1`,
      [old],
    );
    const seen = async () => ({
      run: await router.rpc.call(getRun, { tenant, runId: old }),
      events: await router.rpc.call(listEvents, { tenant, runId: old, afterSeq: 1 }),
      steps: await router.rpc.call(listRunSteps, { tenant, runId: old }),
      listed: (await router.rpc.call(listRuns, { tenant, limit: 200 })).runs.length,
    });
    const before = await seen();
    expect(before.events.events).toHaveLength(2);

    const swept = await Promise.all([retention.sweep(), another.sweep()]);
    const more = await retention.sweep();
    expect([...swept, more].reduce((sum, { archived }) => sum + archived, 0)).toBe(121);
    expect([...swept, more].every(({ deleted }) => deleted === 0)).toBe(true);
    expect(await retention.sweep()).toEqual({ archived: 0, deleted: 0 });
    expect(await rowsOf(old)).toEqual({
      'journal.archives': 1,
      'journal.payload_uses': 1,
      'journal.runs': 1,
      'registry.tasks': 1,
    });
    expect(await seen()).toEqual(before);
    expect([await rowsOf(open.runId), await rowsOf(young)]).toMatchObject([
      { 'journal.events': 1 },
      { 'journal.events': 3 },
    ]);
    const forked = await router.rpc.call(forkRun, { tenant, runId: old, seq: 1 });
    expect((await router.journal.load(forked.runId)).state.input).toBe('x'.repeat(200_000));
    await sql(router.dataSource, `DELETE FROM journal.archives WHERE run_id LIKE 'run_many_%'`);
    await sql(router.dataSource, `DELETE FROM journal.runs WHERE run_id LIKE 'run_many_%'`);
  });

  it('is deleted in every table, archived or not, with the tasks that joined it; what others share stays, and its key is free', async () => {
    const shared = 's'.repeat(300_000);
    const before = await payloads();
    const keeper = await oldRun(1, {}, shared);
    const plain = await oldRun(91, { idempotencyKey: 'again' }, shared);
    const { runId: joined } = await submit(router, { thread: 'together', idempotencyKey: 'first' });
    const second = await submit(router, { thread: 'together', idempotencyKey: 'second', input: 'and more' });
    expect(second.runId).toBe(joined);
    await completeRun(router, joined, 'o'.repeat(300_000));
    await makeOld(joined, 31);
    await sql(router.dataSource, `INSERT INTO registry.redrives VALUES ($1, 'run', $2, 'run_other', 'ada', now())`, [
      tenant,
      joined,
    ]);
    expect(await payloads()).toBe(before + 2);
    await retention.sweep();
    await age(joined, 60);
    const task = Object.keys(await rowsOf(joined));
    expect(task).toEqual([
      'journal.archives',
      'journal.payload_uses',
      'journal.runs',
      'registry.redrives',
      'registry.tasks',
    ]);

    expect(await retention.sweep()).toMatchObject({ deleted: 1 });
    for (const runId of [plain, joined]) {
      expect(await rowsOf(runId)).toEqual({});
      await expect(router.rpc.call(getRun, { tenant, runId })).rejects.toMatchObject({ code: 'run.not_found' });
    }
    expect(await payloads()).toBe(before + 1);
    expect((await router.journal.load(keeper)).state.output).toBe(shared);
    for (const idempotencyKey of ['again', 'first', 'second']) {
      const { duplicate, runId } = await submit(router, { idempotencyKey });
      expect([duplicate, runId === plain || runId === joined]).toEqual([false, false]);
    }
  });

  it('goes whole or not at all when the router dies on the way, and the next sweep does it', async () => {
    const runId = await oldRun(91);
    const before = await rowsOf(runId);
    await sql(
      router.dataSource,
      `CREATE FUNCTION journal.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$`,
    );
    await sql(
      router.dataSource,
      'CREATE TRIGGER die BEFORE DELETE ON journal.runs FOR EACH ROW EXECUTE FUNCTION journal.die()',
    );
    await expect(retention.sweep()).rejects.toThrow('killed');
    expect(await rowsOf(runId)).toEqual(before);
    await sql(router.dataSource, 'DROP FUNCTION journal.die() CASCADE');
    expect(await retention.sweep()).toMatchObject({ deleted: 1 });
    expect(await rowsOf(runId)).toEqual({});
  });

  it('stays while its task is not known to have ended, or a run that called it goes on', async () => {
    const unseen = await oldRun(400);
    await sql(router.dataSource, 'UPDATE registry.tasks SET ended_at = NULL WHERE run_id = $1', [unseen]);
    const parent = await submit(router, {});
    const child = await oldRun(400);
    await sql(router.dataSource, 'UPDATE journal.runs SET parent_run_id = $2, root_run_id = $2 WHERE run_id = $1', [
      child,
      parent.runId,
    ]);
    expect(await retention.sweep()).toEqual({ archived: 1, deleted: 0 });
    expect(await rowsOf(unseen)).toMatchObject({ 'journal.archives': 1, 'registry.tasks': 1 });
    expect(await rowsOf(child)).toMatchObject({ 'journal.events': 3, 'registry.tasks': 1 });
  });
});
