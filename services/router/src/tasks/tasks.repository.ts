import { Inject, Injectable } from '@nestjs/common';
import { appendCtes, appendParameters, writePayloads, type AppendItem } from '@switchyard/journal';
import { GroupCommit, inTransaction, sql, type SqlParameter } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';

/** What the router has to know of a task after its acceptance. */
export interface TaskRow {
  tenant: string;
  task_id: string;
  run_id: string;
  agent: string;
  backend: string;
  fingerprint: string;
  thread: string | null;
  thread_position: number | null;
  held: boolean;
  dispatches: number;
  /** 1 before 0. */
  priority: number;
  /** The run whose input it became; null where it has a run of its own. */
  joined_run_id: string | null;
  /** It is kept back until its backend's queue has room. */
  waiting: boolean;
}

/** One that is due, and what the last look at it found. */
export interface DueTask extends TaskRow {
  checked_seq: number;
  idle_checks: number;
}

export interface TaskLook {
  runId: string;
  againInMs: number;
  /** Where the run was. */
  seq: number;
  idleChecks: number;
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
  /** 1 before 0. Default 0. */
  priority?: number;
  /** Its backend's queue is full: it is kept back. A task of a thread is held by its thread first. Default false. */
  waiting?: boolean;
}

type Alongside = (manager: EntityManager, row: TaskRow) => Promise<void>;
interface Acceptance {
  task: NewTask;
  /** The first entries of its run. */
  append: AppendItem;
}

/** Tasks that share a statement and its commit: the first one waits for the last. */
const ACCEPTED_TOGETHER = 32;
const COLUMNS =
  'tenant, task_id, run_id, agent, backend, fingerprint, thread, thread_position, held, dispatches, priority, joined_run_id';
/** As a table's alias has them, with what is made of the others. */
const columnsOf = (table: string) =>
  [...COLUMNS.split(', ').map((column) => `${table}.${column}`), `${table}.waiting_since IS NOT NULL AS waiting`].join(
    ', ',
  );
const RETURNED = columnsOf('tasks');
/** The rows of `$1`, locked in one order everywhere, so that statements over many rows never wait for each other crosswise. */
const LOCKED = `locked AS (
  SELECT run_id FROM registry.tasks WHERE run_id = ANY ($1::text[]) ORDER BY run_id FOR NO KEY UPDATE)`;
/** A new task that nobody reported as dispatched is looked at after this time, in milliseconds: its router has died. */
export const UNDISPATCHED_AFTER_MS = 2_000;
/** One that is kept back is looked at after this time by reconcilers that do not know of keeping back, in milliseconds. */
const UNADMITTED_AFTER_MS = 3_600_000;

/** registry.tasks. */
@Injectable()
export class TasksRepository {
  readonly #accepted: GroupCommit<Acceptance, TaskRow | undefined>;
  readonly #dispatched: GroupCommit<{ runId: string; nextCheckMs: number }, void>;
  readonly #ended: GroupCommit<string, TaskRow | undefined>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.#accepted = new GroupCommit({ flush: (items) => this.acceptAll(items), maxItems: ACCEPTED_TOGETHER });
    this.#ended = new GroupCommit({ flush: (runIds) => this.endTogether(runIds), maxInFlight: 1 });
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
      `SELECT ${RETURNED} FROM registry.tasks WHERE tenant = $1 AND idempotency_key = $2`,
      [tenant, key],
      { name: 'task_by_key' },
    );
    return row;
  }

  /** Open runs of a thread, in order. */
  openOfThread(tenant: string, thread: string, limit: number): Promise<TaskRow[]> {
    return sql<TaskRow>(
      this.dataSource,
      `SELECT ${RETURNED} FROM registry.tasks WHERE tenant = $1 AND thread = $2 AND ended_at IS NULL ORDER BY thread_position LIMIT $3`,
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
   * Writes a task without a thread and the first entries of its run, in one statement, shared by those that come
   * together. Gives undefined, and writes nothing, where the key is taken.
   */
  accept(task: NewTask, append: AppendItem): Promise<TaskRow | undefined> {
    return this.#accepted.submit({ task, append });
  }

  /**
   * Writes a task of a thread and whatever `alongside` writes, in one commit. Gives undefined, and writes nothing, where
   * the key is taken. It is written held; its thread decides when it may run.
   */
  acceptInThread(task: NewTask, thread: string, alongside: Alongside): Promise<TaskRow | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      // Two messages of one thread are accepted one after the other: each takes the next position.
      await lockThread(manager, task.tenant, thread);
      const [row] = await sql<TaskRow>(manager, INSERT, insertParameters([task]), { name: 'task_accept_in_thread' });
      if (row) await alongside(manager, row);
      return row;
    });
  }

  /**
   * Writes a task without a thread and whatever `alongside` writes, in a commit of its own: for what is too large to share
   * one, or belongs to more. Gives undefined, and writes nothing, where the key is taken.
   */
  acceptAlone(task: NewTask, alongside: Alongside): Promise<TaskRow | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const [row] = await sql<TaskRow>(manager, INSERT, insertParameters([task]), { name: 'task_accept_alone' });
      if (row) await alongside(manager, row);
      return row;
    });
  }

  /** Open runs of the thread that were accepted before this task, in order, as the transaction sees them. */
  openBefore(manager: EntityManager, { tenant, thread, thread_position }: TaskRow): Promise<TaskRow[]> {
    return sql<TaskRow>(
      manager,
      `SELECT ${RETURNED} FROM registry.tasks WHERE tenant = $1 AND thread = $2 AND thread_position < $3 AND ended_at IS NULL
       ORDER BY thread_position`,
      [tenant, thread, thread_position],
    );
  }

  /** The last open run of the thread; in a transaction, the last before this task. */
  async lastOpen(
    tenant: string,
    thread: string,
    within?: { manager: EntityManager; row: TaskRow },
  ): Promise<TaskRow | undefined> {
    const [last] = await sql<TaskRow>(
      within?.manager ?? this.dataSource,
      `SELECT ${RETURNED} FROM registry.tasks
       WHERE tenant = $1 AND thread = $2 AND ended_at IS NULL AND ($3::text IS NULL OR task_id <> $3)
       ORDER BY thread_position DESC LIMIT 1`,
      [tenant, thread, within?.row.task_id ?? null],
    );
    return last;
  }

  /** The task has no run of its own: it became input of this one, once the transaction commits. */
  async join(manager: EntityManager, { tenant, task_id }: TaskRow, runId: string): Promise<void> {
    await sql(
      manager,
      `UPDATE registry.tasks SET joined_run_id = $3, held = false, ended_at = now() WHERE tenant = $1 AND task_id = $2`,
      [tenant, task_id, runId],
    );
  }

  /** These runs have ended, once the transaction commits. */
  async endWith(manager: EntityManager, runIds: readonly string[]): Promise<void> {
    await sql(
      manager,
      `WITH ${LOCKED} UPDATE registry.tasks t SET ended_at = coalesce(t.ended_at, now()) FROM locked l WHERE t.run_id = l.run_id`,
      [runIds],
    );
  }

  /** Work was published. Gathered and written a moment later; losing it costs a second, harmless look by the reconciler. */
  markDispatched(runId: string, nextCheckMs: number): Promise<void> {
    return this.#dispatched.submit({ runId, nextCheckMs });
  }

  /** The run is on another backend, once the transaction commits. @returns whether its thread holds it back */
  async move(manager: EntityManager, runId: string, backend: string): Promise<boolean> {
    const [row] = await sql<{ held: boolean }>(
      manager,
      // Who moves a run sends it there at once.
      'UPDATE registry.tasks SET backend = $2, waiting_since = NULL WHERE run_id = $1 RETURNING held',
      [runId, backend],
    );
    return row?.held ?? false;
  }

  /** The run's turn in its thread has come: it may be dispatched from now on, or `waits` for room in its backend's queue. */
  async unhold(runId: string, waits = false): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE registry.tasks SET held = false, waiting_since = CASE WHEN $2 THEN now() END WHERE run_id = $1 AND held`,
      [runId, waits],
    );
  }

  /** The run has ended. Gives the task; undefined where the run is none of ours. Again: the same. */
  end(runId: string): Promise<TaskRow | undefined> {
    return this.#ended.submit(runId);
  }

  /** Open tasks that the reconciler should look at now, the longest due first. */
  due(limit: number): Promise<DueTask[]> {
    return sql<DueTask>(
      this.dataSource,
      `SELECT ${RETURNED}, checked_seq, idle_checks FROM registry.tasks
       WHERE ended_at IS NULL AND next_check_at <= now() AND waiting_since IS NULL ORDER BY next_check_at LIMIT $1`,
      [limit],
      { name: 'task_due' },
    );
  }

  /** What a look found, and when the next one is. */
  async looked(looks: readonly TaskLook[]): Promise<void> {
    await sql(
      this.dataSource,
      `WITH ${LOCKED} UPDATE registry.tasks t
       SET next_check_at = now() + m.ms * interval '1 millisecond', checked_seq = m.seq, idle_checks = m.idle
       FROM locked l JOIN unnest($1::text[], $2::bigint[], $3::integer[], $4::integer[]) AS m (run_id, ms, seq, idle) USING (run_id)
       WHERE t.run_id = l.run_id`,
      [
        looks.map(({ runId }) => runId),
        looks.map(({ againInMs }) => Math.ceil(againInMs)),
        looks.map(({ seq }) => seq),
        looks.map(({ idleChecks }) => idleChecks),
      ],
      { name: 'task_looked' },
    );
  }

  /** The reconciler looks at these tasks next, as at ones that have moved. */
  async lookNow(runIds: readonly string[]): Promise<void> {
    await sql(
      this.dataSource,
      `WITH ${LOCKED} UPDATE registry.tasks t SET next_check_at = least(t.next_check_at, now()), idle_checks = 0
       FROM locked l WHERE t.run_id = l.run_id AND t.ended_at IS NULL`,
      [runIds],
    );
  }

  /** All open tasks are looked at within this time, in milliseconds, spread over it. @returns how many are sooner now */
  async lookAtAll(withinMs: number): Promise<number> {
    const rows = await sql(
      this.dataSource,
      `WITH locked AS (
         SELECT run_id FROM registry.tasks
         WHERE ended_at IS NULL AND waiting_since IS NULL AND next_check_at > now() + $1 * interval '1 millisecond'
         ORDER BY run_id FOR NO KEY UPDATE)
       UPDATE registry.tasks t SET next_check_at = now() + random() * $1 * interval '1 millisecond', idle_checks = 0
       FROM locked l WHERE t.run_id = l.run_id RETURNING t.run_id`,
      [withinMs],
    );
    return rows.length;
  }

  /** Writes what was gathered. */
  async close(): Promise<void> {
    await Promise.all([this.#accepted.close(), this.#dispatched.close(), this.#ended.close()]);
  }

  private async acceptAll(items: readonly Acceptance[]): Promise<PromiseSettledResult<TaskRow | undefined>[]> {
    // In one order everywhere, so that two routers that are given the same keys do not wait for each other crosswise.
    const ordered = items.map((item) => ({ ...item, place: `${item.task.tenant}.${item.task.key ?? ''}` }));
    ordered.sort((a, b) => (a.place < b.place ? -1 : 1));
    const parameters = [
      ...insertParameters(ordered.map(({ task }) => task)),
      ...appendParameters(ordered.map(({ append }) => append)),
    ];
    await writePayloads(
      this.dataSource,
      ordered.map(({ append }) => append),
    );
    const rows = await sql<TaskRow>(this.dataSource, ACCEPT, parameters, { name: 'task_accept' });
    const byTask = new Map(rows.map((row) => [row.task_id, row]));
    return items.map(({ task }) => ({ status: 'fulfilled', value: byTask.get(task.taskId) }));
  }

  private async endTogether(runIds: readonly string[]): Promise<PromiseSettledResult<TaskRow | undefined>[]> {
    const rows = await sql<TaskRow>(
      this.dataSource,
      `WITH ${LOCKED} UPDATE registry.tasks t SET ended_at = coalesce(t.ended_at, now())
       FROM locked l WHERE t.run_id = l.run_id RETURNING ${columnsOf('t')}`,
      [runIds],
      { name: 'task_end' },
    );
    const byRun = new Map(rows.map((row) => [row.run_id, row]));
    return runIds.map((runId) => ({ status: 'fulfilled', value: byRun.get(runId) }));
  }

  private async writeDispatched(items: readonly { runId: string; nextCheckMs: number }[]): Promise<void> {
    await sql(
      this.dataSource,
      `WITH ${LOCKED} UPDATE registry.tasks t SET dispatches = t.dispatches + 1, next_check_at = now() + m.ms * interval '1 millisecond'
       FROM locked l JOIN unnest($1::text[], $2::integer[]) AS m (run_id, ms) USING (run_id) WHERE t.run_id = l.run_id`,
      [items.map(({ runId }) => runId), items.map(({ nextCheckMs }) => nextCheckMs)],
      { name: 'task_dispatched' },
    );
  }
}

/** Gives the rows of the tasks whose key was free. */
const INSERT = `
  INSERT INTO registry.tasks
    (tenant, task_id, run_id, idempotency_key, fingerprint, agent, backend, thread, thread_position, held, dispatches, priority, waiting_since, next_check_at, created_at)
  SELECT n.tenant, n.task_id, n.run_id, n.key, n.fingerprint, n.agent, n.backend, n.thread,
         CASE WHEN n.thread IS NOT NULL THEN 1 + coalesce(
           (SELECT max(t.thread_position) FROM registry.tasks t WHERE t.tenant = n.tenant AND t.thread = n.thread), 0) END,
         n.thread IS NOT NULL, 0, n.priority, CASE WHEN n.waiting THEN now() END,
         now() + CASE WHEN n.waiting THEN $12::int ELSE $11::int END * interval '1 millisecond', now()
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[], $10::boolean[])
    AS n (tenant, task_id, run_id, key, fingerprint, agent, backend, thread, priority, waiting)
  ON CONFLICT (tenant, idempotency_key) DO NOTHING
  RETURNING ${RETURNED}`;
const INSERT_PARAMETERS = 12;

/** The same with the first entries of their runs, which are new: nothing fences them off. */
const ACCEPT = `WITH task AS (${INSERT}), ${appendCtes(INSERT_PARAMETERS + 1, 'task')} SELECT * FROM task`;

function insertParameters(tasks: readonly NewTask[]): SqlParameter[] {
  const column = (read: (task: NewTask) => string | undefined) => tasks.map((task) => read(task) ?? null);
  return [
    column(({ tenant }) => tenant),
    column(({ taskId }) => taskId),
    column(({ runId }) => runId),
    column(({ key }) => key),
    column(({ fingerprint }) => fingerprint),
    column(({ agent }) => agent),
    column(({ backend }) => backend),
    column(({ thread }) => thread),
    tasks.map(({ priority = 0 }) => priority),
    tasks.map(({ waiting = false }) => waiting),
    UNDISPATCHED_AFTER_MS,
    UNADMITTED_AFTER_MS,
  ];
}

/** Held until the transaction ends. Two threads with one hash wait for each other, and nothing worse. */
function lockThread(manager: EntityManager, tenant: string, thread: string): Promise<object[]> {
  return sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 7400))', [JSON.stringify([tenant, thread])]);
}
