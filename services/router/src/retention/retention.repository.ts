import { Inject, Injectable } from '@nestjs/common';
import { archiveRuns, deleteRuns, lockOldRuns, type OldPlace, type OldRun } from '@switchyard/journal';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';

/** One router of a database at a time. */
const LOCK_KEY = '7400742074327461';
/** Runs and entries of one transaction: nobody has to wait behind it. */
const RUNS = 50;
const ENTRIES = 5_000;

/** What one transaction did. */
export interface Batch {
  /** Runs that were archived, or deleted. */
  done: number;
  /** Where to read on; undefined where nothing is left, or another router is at it. */
  next: OldPlace | undefined;
}

/** Runs that ended long ago, in the journal and in registry.tasks. */
@Injectable()
export class RetentionRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Archives the next runs that ended so many days ago. */
  archive(days: number, after: OldPlace): Promise<Batch> {
    return this.alone(async (manager) => {
      const query = { archived: false, days, after, runs: RUNS, entries: ENTRIES };
      const { runs, next } = await lockOldRuns(manager, query);
      return { done: await archiveRuns(manager, runs), next };
    });
  }

  /**
   * Deletes the next runs that ended so many days ago, with their tasks and what became of these: all of a run goes in one
   * commit, or stays. Runs whose task is not known to have ended stay: the reconciler has still to look at them.
   *
   * @param archived whether those whose entries are archived are meant, or the others
   */
  delete(days: number, archived: boolean, after: OldPlace): Promise<Batch> {
    return this.alone(async (manager) => {
      const query = { archived, days, after, runs: RUNS, entries: ENTRIES };
      const { runs, next } = await lockOldRuns(manager, query);
      const open = await openTasks(manager, runs);
      const gone = runs.filter(({ runId }) => !open.has(runId));
      await deleteTasks(manager, gone);
      await deleteRuns(
        manager,
        gone.map(({ runId }) => runId),
      );
      return { done: gone.length, next };
    });
  }

  /** The lock goes with its transaction, and so with a router that dies. */
  private alone(work: (manager: EntityManager) => Promise<Batch>): Promise<Batch> {
    return inTransaction(this.dataSource, async (manager) => {
      const [lock] = await sql<{ led: boolean }>(manager, `SELECT pg_try_advisory_xact_lock(${LOCK_KEY}) AS led`);
      return lock?.led ? work(manager) : { done: 0, next: undefined };
    });
  }
}

async function openTasks(manager: EntityManager, runs: readonly OldRun[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ run_id: string }>(
    manager,
    'SELECT run_id FROM registry.tasks WHERE run_id = ANY ($1::text[]) AND ended_at IS NULL',
    [runs.map(({ runId }) => runId)],
  );
  return new Set(rows.map((row) => row.run_id));
}

/** Those that became input of these runs are of the same thread. Locked by run_id, as everywhere. */
const DELETE_TASKS = `
WITH gone AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS g (run_id, tenant, thread)),
locked AS (
  SELECT t.tenant, t.task_id FROM registry.tasks t
  WHERE (t.tenant, t.task_id) IN (
    SELECT o.tenant, o.task_id FROM gone g JOIN registry.tasks o USING (run_id)
    UNION ALL
    SELECT j.tenant, j.task_id FROM gone g JOIN registry.tasks j
      ON j.tenant = g.tenant AND j.thread = g.thread AND j.joined_run_id = g.run_id)
  ORDER BY t.run_id FOR UPDATE
), redrives AS (
  DELETE FROM registry.redrives r USING gone g WHERE r.tenant = g.tenant AND r.kind = 'run' AND r.id = g.run_id
)
DELETE FROM registry.tasks t USING locked l WHERE t.tenant = l.tenant AND t.task_id = l.task_id`;

async function deleteTasks(manager: EntityManager, runs: readonly OldRun[]): Promise<void> {
  if (runs.length === 0) return;
  await sql(manager, DELETE_TASKS, [
    runs.map(({ runId }) => runId),
    runs.map(({ tenant }) => tenant),
    runs.map(({ thread }) => thread),
  ]);
}
