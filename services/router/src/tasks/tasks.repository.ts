import { Inject, Injectable } from '@nestjs/common';
import { GroupCommit, inTransaction, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';

/** What the router has to know of a task after its acceptance. */
export interface TaskRow {
  tenant: string;
  task_id: string;
  run_id: string;
  backend: string;
  fingerprint: string;
  thread: string | null;
  thread_position: number | null;
  held: boolean;
  dispatches: number;
}

export interface NewTask {
  tenant: string;
  taskId: string;
  runId: string;
  key: string | undefined;
  fingerprint: string;
  agent: string;
  backend: string;
  thread: string | undefined;
}

const COLUMNS = 'tenant, task_id, run_id, backend, fingerprint, thread, thread_position, held, dispatches';
/** A new task that nobody reported as dispatched is looked at after this time, in milliseconds: its router has died. */
export const UNDISPATCHED_AFTER_MS = 2_000;

/** registry.tasks. */
@Injectable()
export class TasksRepository {
  readonly #dispatched: GroupCommit<{ runId: string; nextCheckMs: number }, void>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.#dispatched = new GroupCommit({
      flush: async (items) => {
        await this.writeDispatched(items);
        return items.map(() => ({ status: 'fulfilled', value: undefined }));
      },
      maxInFlight: 1,
    });
  }

  async findByKey(tenant: string, key: string): Promise<TaskRow | undefined> {
    const [row] = await sql<TaskRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.tasks WHERE tenant = $1 AND idempotency_key = $2`,
      [tenant, key],
      { name: 'task_by_key' },
    );
    return row;
  }

  async findByRun(runId: string): Promise<TaskRow | undefined> {
    const [row] = await sql<TaskRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.tasks WHERE run_id = $1`, [
      runId,
    ]);
    return row;
  }

  /** Open runs of a thread, in order. */
  openOfThread(tenant: string, thread: string, limit: number): Promise<TaskRow[]> {
    return sql<TaskRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.tasks WHERE tenant = $1 AND thread = $2 AND ended_at IS NULL ORDER BY thread_position LIMIT $3`,
      [tenant, thread, limit],
    );
  }

  /** Whether an earlier run of the thread has not ended, as the transaction sees it. */
  async isBusy(manager: EntityManager, { tenant, thread, thread_position }: TaskRow): Promise<boolean> {
    const rows = await sql(
      manager,
      `SELECT 1 FROM registry.tasks WHERE tenant = $1 AND thread = $2 AND thread_position < $3 AND ended_at IS NULL LIMIT 1`,
      [tenant, thread, thread_position],
    );
    return rows.length > 0;
  }

  /**
   * Writes a task and whatever `alongside` writes, in one commit. Gives undefined, and writes nothing, where the key is
   * taken. A task of a thread is written held; its thread decides when it may run.
   */
  accept(
    task: NewTask,
    alongside: (manager: EntityManager, row: TaskRow) => Promise<void>,
  ): Promise<TaskRow | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      // Two messages of one thread are accepted one after the other: each takes the next position.
      if (task.thread !== undefined) await lockThread(manager, task.tenant, task.thread);
      const [row] = await sql<TaskRow>(
        manager,
        `INSERT INTO registry.tasks
           (tenant, task_id, run_id, idempotency_key, fingerprint, agent, backend, thread, thread_position, held, dispatches, next_check_at, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8,
                CASE WHEN $8::text IS NOT NULL THEN 1 + coalesce(
                  (SELECT max(thread_position) FROM registry.tasks WHERE tenant = $1 AND thread = $8::text), 0) END,
                $8::text IS NOT NULL, 0, now() + $9 * interval '1 millisecond', now()
         ON CONFLICT (tenant, idempotency_key) DO NOTHING
         RETURNING ${COLUMNS}`,
        [
          task.tenant,
          task.taskId,
          task.runId,
          task.key ?? null,
          task.fingerprint,
          task.agent,
          task.backend,
          task.thread ?? null,
          UNDISPATCHED_AFTER_MS,
        ],
        { name: 'task_accept' },
      );
      if (row) await alongside(manager, row);
      return row;
    });
  }

  /** Work was published. Gathered and written a moment later; losing it costs a second, harmless look by the reconciler. */
  markDispatched(runId: string, nextCheckMs: number): Promise<void> {
    return this.#dispatched.submit({ runId, nextCheckMs });
  }

  /** The run may be dispatched from now on. */
  async unhold(runId: string): Promise<void> {
    await sql(this.dataSource, 'UPDATE registry.tasks SET held = false WHERE run_id = $1 AND held', [runId]);
  }

  /** The run has ended. Gives the task; undefined where the run is none of ours. Again: the same. */
  async end(runId: string): Promise<TaskRow | undefined> {
    const [row] = await sql<TaskRow>(
      this.dataSource,
      `UPDATE registry.tasks SET ended_at = coalesce(ended_at, now()) WHERE run_id = $1 RETURNING ${COLUMNS}`,
      [runId],
      { name: 'task_end' },
    );
    return row;
  }

  /** Tasks that the reconciler should look at now. They come again after `nextCheckMs`, unless they end. */
  takeDue(limit: number, nextCheckMs: number): Promise<TaskRow[]> {
    return sql<TaskRow>(
      this.dataSource,
      `UPDATE registry.tasks SET next_check_at = now() + $2 * interval '1 millisecond'
       WHERE run_id IN (
         SELECT run_id FROM registry.tasks WHERE ended_at IS NULL AND next_check_at <= now()
         ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
      [limit, nextCheckMs],
    );
  }

  /** Writes what was gathered. */
  async close(): Promise<void> {
    await this.#dispatched.close();
  }

  private async writeDispatched(items: readonly { runId: string; nextCheckMs: number }[]): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE registry.tasks t SET dispatches = t.dispatches + 1, next_check_at = now() + m.ms * interval '1 millisecond'
       FROM unnest($1::text[], $2::integer[]) AS m (run_id, ms) WHERE t.run_id = m.run_id`,
      [items.map(({ runId }) => runId), items.map(({ nextCheckMs }) => nextCheckMs)],
      { name: 'task_dispatched' },
    );
  }
}

/** Held until the transaction ends. Two threads with one hash wait for each other, and nothing worse. */
function lockThread(manager: EntityManager, tenant: string, thread: string): Promise<object[]> {
  return sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 7400))', [JSON.stringify([tenant, thread])]);
}
