import { sql } from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import { RUN_COLUMNS, type RunRecord } from './run-record.js';

/** How an ended run stands among its relatives. */
export interface RunEnd {
  tenant: string;
  /** Empty where nobody called it. */
  parentRunId: string;
  /** Of the runs that its parent called, some go on. */
  hasOpenSiblings: boolean;
  /** Of the runs that it called, some go on. */
  hasOpenChildren: boolean;
}

/** A run that somebody should move. */
export interface TreeDue {
  runId: string;
  tenant: string;
  backend: string;
  seq: number;
  /** `wake`: it waits for runs that have all ended. `cancel`: the run that called it has ended. */
  due: 'wake' | 'cancel';
}

/** One run handed its thread over. */
export interface Handover {
  from: string;
  to: string;
}

/** Runs of `alias` that go on and that a run called; served by the index of open children. */
const open = (alias: string): string =>
  `${alias}.parent_run_id <> '' AND NOT ${alias}.settled AND ${alias}.ended_at IS NULL`;

const BELOW = `
WITH RECURSIVE tree AS (
  SELECT run_id, ended_at FROM journal.runs WHERE run_id = $1
  UNION ALL
  SELECT c.run_id, c.ended_at FROM tree t JOIN journal.runs c ON c.parent_run_id = t.run_id AND c.parent_run_id <> ''
)`;

/** Reads how runs call each other, off their projections: nobody is called twice, so that they are trees. */
export class RunTrees {
  constructor(private readonly dataSource: DataSource) {}

  /** Undefined where the journal has no end of this run, whatever the bus says. */
  async endOf(runId: string): Promise<RunEnd | undefined> {
    const [end] = await sql<RunEnd>(
      this.dataSource,
      `SELECT r.tenant, r.parent_run_id AS "parentRunId",
         r.parent_run_id <> '' AND EXISTS (
           SELECT 1 FROM journal.runs s WHERE s.parent_run_id = r.parent_run_id AND ${open('s')}) AS "hasOpenSiblings",
         EXISTS (SELECT 1 FROM journal.runs c WHERE c.parent_run_id = r.run_id AND ${open('c')}) AS "hasOpenChildren"
       FROM journal.runs r WHERE r.run_id = $1 AND r.ended_at IS NOT NULL`,
      [runId],
      { name: 'tree_end' },
    );
    return end;
  }

  /** Runs below this one, at any depth, that go on; each after the one that called it. */
  async openBelow(runId: string, limit: number): Promise<string[]> {
    const rows = await sql<{ runId: string }>(
      this.dataSource,
      `${BELOW} SELECT run_id AS "runId" FROM tree WHERE ended_at IS NULL AND run_id <> $1 LIMIT $2`,
      [runId, limit],
    );
    return rows.map((row) => row.runId);
  }

  /** The run and all below it, breadth first: where there are more than `limit`, the deepest are left out. */
  async treeOf(runId: string, limit: number): Promise<RunRecord[]> {
    return sql<RunRecord>(
      this.dataSource,
      `${BELOW} SELECT ${RUN_COLUMNS} FROM (SELECT run_id, row_number() OVER () AS place FROM tree LIMIT $2) t
         JOIN journal.runs r USING (run_id) ORDER BY t.place`,
      [runId, limit],
    );
  }

  /**
   * What a lost message left behind: runs that wait only for runs that have ended, not heard of since `olderThan`, and
   * runs that go on although the one that called them has ended. At most `limit` of each.
   */
  async due(olderThan: Date, limit: number): Promise<TreeDue[]> {
    return sql<TreeDue>(
      this.dataSource,
      `(SELECT p.run_id AS "runId", p.tenant, p.backend, p.seq, 'wake' AS due FROM journal.runs p
        WHERE p.parked_reason = 'child' AND p.ended_at IS NULL AND p.updated_at < $1
          AND NOT EXISTS (SELECT 1 FROM journal.runs c WHERE c.parent_run_id = p.run_id AND ${open('c')}) LIMIT $2)
       UNION ALL
       (SELECT c.run_id, c.tenant, c.backend, c.seq, 'cancel' FROM journal.runs c
          JOIN journal.runs p ON p.run_id = c.parent_run_id AND p.ended_at IS NOT NULL
        WHERE ${open('c')} LIMIT $2)`,
      [olderThan, limit],
      { name: 'tree_due' },
    );
  }

  /**
   * Holds the run as it is until the transaction ends: whoever appends to it waits.
   *
   * @returns its last seq and how many runs it has called; undefined where it has ended, or is not there
   */
  async hold(manager: EntityManager, runId: string): Promise<{ seq: number; children: number } | undefined> {
    const [run] = await sql<{ seq: number }>(
      manager,
      'SELECT seq FROM journal.runs WHERE run_id = $1 AND ended_at IS NULL FOR NO KEY UPDATE',
      [runId],
    );
    if (!run) return undefined;
    // Asked once it is held: a statement sees what was committed before it began.
    const [count] = await sql<{ children: number }>(
      manager,
      `SELECT count(*)::integer AS children FROM journal.runs WHERE parent_run_id = $1 AND parent_run_id <> ''`,
      [runId],
    );
    return { seq: run.seq, children: count?.children ?? 0 };
  }

  /** Handovers of a thread, the oldest first; the newest `limit` of them. */
  async handoversOf(tenant: string, thread: string, limit: number): Promise<Handover[]> {
    const rows = await sql<Handover>(
      this.dataSource,
      `SELECT agent AS "from", handed_over_to AS "to" FROM journal.runs
       WHERE tenant = $1 AND thread = $2 AND handed_over_to <> '' ORDER BY created_at DESC, run_id DESC LIMIT $3`,
      [tenant, thread, limit],
    );
    return rows.reverse();
  }
}
