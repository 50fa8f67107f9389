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
}

/** A place in the order in which old runs are given. */
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
  /** Runs that are looked at, at most. */
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
const AT_REST = `r.published @> int4range(1, r.seq, '[]')
  AND NOT EXISTS (SELECT 1 FROM journal.runs p WHERE p.run_id IN (r.parent_run_id, r.root_run_id) AND NOT p.settled)
  AND NOT EXISTS (SELECT 1 FROM journal.runs c WHERE c.parent_run_id = r.run_id AND c.parent_run_id <> '' AND NOT c.settled)
  AND NOT EXISTS (SELECT 1 FROM journal.reservations v WHERE v.run_id = r.run_id)`;
const COLUMNS = `r.run_id, r.tenant, r.thread, r.seq, r.published, r.parent_run_id, r.root_run_id`;
const LIMIT = `now() - $1 * interval '1 day'`;

/** By when they were accepted, of which no index entry is written anew when a run ends. */
const NOT_ARCHIVED = `
SELECT ${COLUMNS}, r.created_at AS time FROM journal.runs r
WHERE r.settled AND NOT r.archived AND r.created_at < ${LIMIT} AND r.ended_at < ${LIMIT}
  AND (r.created_at, r.run_id) > ($2::timestamptz, $3)
ORDER BY r.created_at, r.run_id LIMIT $4 FOR NO KEY UPDATE OF r SKIP LOCKED`;

const ARCHIVED = `
SELECT ${COLUMNS}, a.ended_at AS time FROM journal.archives a JOIN journal.runs r USING (run_id)
WHERE a.ended_at < ${LIMIT} AND (a.ended_at, a.run_id) > ($2::timestamptz, $3)
ORDER BY a.ended_at, a.run_id LIMIT $4 FOR NO KEY UPDATE OF r SKIP LOCKED`;

/** The limit stands inside: what is looked at is a stretch of an index, however few of it are at rest. */
const statement = (found: string): string => `
SELECT r.run_id AS "runId", r.tenant, r.thread, r.seq, r.time::text AS time, ${AT_REST} AS "atRest"
FROM (${found}) r ORDER BY r.time, r.run_id`;

/**
 * The next old runs in order, locked until the transaction ends. What another transaction holds is left out.
 *
 * @returns those at rest, and where to read on; undefined where there is no more
 */
export async function lockOldRuns(
  manager: EntityManager,
  query: OldRunQuery,
): Promise<{ runs: OldRun[]; next: OldPlace | undefined }> {
  const { days, after, runs: most, entries } = query;
  const parameters = [days, after.time, after.runId, most];
  const found = await sql<OldRun & { time: string; atRest: boolean }>(
    manager,
    statement(query.archived ? ARCHIVED : NOT_ARCHIVED),
    parameters,
  );
  const runs: OldRun[] = [];
  let next: OldPlace | undefined;
  let sum = 0;
  for (const { time, atRest, ...run } of found) {
    sum += atRest ? run.seq : 0;
    if (runs.length > 0 && sum > entries) break;
    if (atRest) runs.push(run);
    next = { time, runId: run.runId };
  }
  return { runs, next };
}
