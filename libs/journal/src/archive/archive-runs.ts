import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import type { OldRun } from './old-runs.js';
import { packEntries } from './pack-entries.js';

/** Entries that are read at once. */
const PAGE = 500;
/** Characters of a run's entries; one with more stays as it is, for all of them are in memory at once. */
const MOST = 128 * 1024 * 1024;

/**
 * Puts the entries of these runs into `journal.archives`, in the place of their rows, once the transaction commits. Their
 * snapshots go: a run that has ended is loaded seldom. Large values stay where they are.
 *
 * @param runs as `lockOldRuns` gave them in the same transaction
 * @returns how many were archived: one that has gaps, or is too large, stays as it is
 */
export async function archiveRuns(manager: EntityManager, runs: readonly OldRun[]): Promise<number> {
  const archived: string[] = [];
  for (const run of runs) {
    const lines = await entriesOf(manager, run);
    if (!lines) continue;
    await sql(
      manager,
      `INSERT INTO journal.archives (run_id, tenant, seq, entries, ended_at, archived_at)
       SELECT run_id, tenant, seq, $2, ended_at, now() FROM journal.runs WHERE run_id = $1`,
      [run.runId, await packEntries(lines)],
    );
    archived.push(run.runId);
  }
  if (archived.length > 0)
    await sql(
      manager,
      `WITH entries AS (DELETE FROM journal.events WHERE run_id = ANY ($1::text[])),
         snapshots AS (DELETE FROM journal.snapshots WHERE run_id = ANY ($1::text[]))
       UPDATE journal.runs SET archived = true WHERE run_id = ANY ($1::text[])`,
      [archived],
    );
  return archived.length;
}

/** JSON texts from seq 1 to the run's last, in order; undefined where they are not all there, or too much. */
async function entriesOf(manager: EntityManager, { runId, seq }: OldRun): Promise<string[] | undefined> {
  const lines: string[] = [];
  let size = 0;
  for (;;) {
    const page = await sql<{ seq: number; data: string }>(
      manager,
      'SELECT seq, data::text AS data FROM journal.events WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [runId, lines.length, PAGE],
      { name: 'archive_read' },
    );
    for (const entry of page) {
      size += entry.data.length;
      if (entry.seq !== lines.length + 1 || size > MOST) return undefined;
      lines.push(entry.data);
    }
    if (page.length < PAGE) return lines.length === seq ? lines : undefined;
  }
}
