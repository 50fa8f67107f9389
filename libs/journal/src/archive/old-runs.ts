import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';

/** A run that nobody goes on with. */
export interface OldRun {
  runId: string;
  tenant: string;
  /** Empty: none. */
  thread: string;
  /** Of its last entry. */
  seq: number;
  /** Its place in the order in which old runs are given: where to read on. */
  place: OldPlace;
}

export interface OldPlace {
  /** A time as Postgres writes it, to the microsecond. */
  time: string;
  runId: string;
}

export interface OldRunQuery {
  /** Whether its entries are archived. */
  archived: boolean;
  /** Since it ended, at least; by the database's clock. */
  days: number;
  after: OldPlace;
  /** Runs at most. */
  runs: number;
  /** Entries of all together at most; one run is given whatever it has. */
  entries: number;
}

/** Before every run. */
export const OLDEST: OldPlace = { time: '-infinity', runId: '' };

/**
 * All is published, no money is set aside, and neither the run that called it, nor the first of its tree, nor any that it
 * called goes on.
 */
const AT_REST = `r.settled AND r.published @> int4range(1, r.seq, '[]')
  AND NOT EXISTS (SELECT 1 FROM journal.runs p WHERE p.run_id IN (r.parent_run_id, r.root_run_id) AND NOT p.settled)
  AND NOT EXISTS (SELECT 1 FROM journal.runs c WHERE c.parent_run_id = r.run_id AND c.parent_run_id <> '' AND NOT c.settled)
  AND NOT EXISTS (SELECT 1 FROM journal.reservations v WHERE v.run_id = r.run_id)`;
const COLUMNS = `r.run_id AS "runId", r.tenant, r.thread, r.seq`;
const LIMIT = `now() - $1 * interval '1 day'`;

/** By when they were accepted, of which no index entry is written anew when a run ends. */
const NOT_ARCHIVED = `
SELECT ${COLUMNS}, r.created_at::text AS time FROM journal.runs r
WHERE NOT r.archived AND r.created_at < ${LIMIT} AND r.ended_at < ${LIMIT}
  AND (r.created_at, r.run_id) > ($2::timestamptz, $3) AND ${AT_REST}
ORDER BY r.created_at, r.run_id LIMIT $4 FOR NO KEY UPDATE OF r SKIP LOCKED`;

const ARCHIVED = `
SELECT ${COLUMNS}, a.ended_at::text AS time FROM journal.archives a JOIN journal.runs r USING (run_id)
WHERE a.ended_at < ${LIMIT} AND (a.ended_at, a.run_id) > ($2::timestamptz, $3) AND ${AT_REST}
ORDER BY a.ended_at, a.run_id LIMIT $4 FOR NO KEY UPDATE OF r SKIP LOCKED`;

/** Old runs in order, locked until the transaction ends. What another transaction holds is left out. */
export async function lockOldRuns(manager: EntityManager, query: OldRunQuery): Promise<OldRun[]> {
  const { days, after, runs, entries } = query;
  const rows = await sql<Omit<OldRun, 'place'> & { time: string }>(manager, query.archived ? ARCHIVED : NOT_ARCHIVED, [
    days,
    after.time,
    after.runId,
    runs,
  ]);
  const found: OldRun[] = [];
  let sum = 0;
  for (const { time, ...run } of rows) {
    sum += run.seq;
    if (found.length > 0 && sum > entries) break;
    found.push({ ...run, place: { time, runId: run.runId } });
  }
  return found;
}
