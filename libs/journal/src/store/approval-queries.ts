import type { JsonObject, RunEvent } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { Entries } from '../archive/entries.js';
import { readEntry } from '../forms/read-entry.js';

export interface ApprovalFilter {
  tenant: string;
  /** Of one run only. */
  runId?: string;
  /** The last run of the page before: only older ones are given. */
  before?: string;
  /** Runs at most. */
  limit: number;
}

/** A run of which calls wait for a person. */
export interface RunInDoubt {
  runId: string;
  user: string;
  thread: string;
  /** The ApprovalRequested that nobody has resolved, in order. */
  requests: RunEvent[];
}

/** Newest run first. One statement; runs that wait for nobody are not looked at. */
export async function awaitedApprovals(dataSource: DataSource, filter: ApprovalFilter): Promise<RunInDoubt[]> {
  const rows = await sql<{ runId: string; user: string; thread: string; requests: JsonObject[] }>(
    dataSource,
    `SELECT r.run_id AS "runId", r.user_id AS "user", r.thread, coalesce(
       (SELECT jsonb_agg(e.data ORDER BY e.seq) FROM journal.events e
        WHERE e.run_id = r.run_id AND e.type = 'ApprovalRequested' AND NOT EXISTS (
          SELECT 1 FROM journal.events d WHERE d.run_id = e.run_id AND d.type = 'ApprovalResolved' AND d.seq > e.seq
            AND d.data->'approval_resolved'->>'call_id' = e.data->'approval_requested'->>'call_id')), '[]') AS requests
     FROM journal.runs r
     WHERE r.tenant = $1 AND r.approvals > 0 AND r.ended_at IS NULL AND ($2 = '' OR r.run_id = $2)
       AND ($3 = '' OR (r.created_at, r.run_id) < (SELECT b.created_at, b.run_id FROM journal.runs b WHERE b.run_id = $3))
     ORDER BY r.created_at DESC, r.run_id DESC LIMIT $4`,
    [filter.tenant, filter.runId ?? '', filter.before ?? '', filter.limit],
  );
  return rows.map((row) => ({ ...row, requests: row.requests.map((data) => readEntry(data)) }));
}

/** The entries of these types in a run's journal, in order: `ApprovalResolved`. */
export async function entriesOfTypes(
  dataSource: DataSource,
  runId: string,
  types: readonly string[],
): Promise<RunEvent[]> {
  return (await new Entries(dataSource).ofTypes(runId, types)).map(readEntry);
}
