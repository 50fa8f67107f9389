import { RunEventSchema, toWire, type JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import { draftedEvent } from '../event-draft.js';
import { RUN_COLUMNS, type RunRecord } from '../store/run-record.js';
import { IMPORTED, IMPORTER } from './run-table.js';

/**
 * The entries that end runs which had not ended in a bundle. They follow from the runs' rows alone, so that whoever imports
 * the same again makes the same entries.
 *
 * @param runIds of runs whose rows are stored, as `RUN_TABLE` stores them
 */
export async function closingEntries(
  on: EntityManager,
  tenant: string,
  runIds: readonly string[],
): Promise<JsonObject[]> {
  if (runIds.length === 0) return [];
  const runs = await sql<RunRecord>(
    on,
    `SELECT ${RUN_COLUMNS} FROM journal.runs r WHERE r.tenant = $1 AND r.run_id = ANY ($2::text[]) ORDER BY r.run_id`,
    [tenant, runIds],
  );
  return runs.map(closingEntry);
}

/** In the row's last place, at its last time. */
function closingEntry(run: RunRecord): JsonObject {
  const { usage, costUsd, turns, toolCalls, configuration, backend, agentVersion, updatedAt, createdAt } = run;
  const durationMs = Math.max(0, updatedAt.getTime() - createdAt.getTime());
  const totals = { usage: { ...usage }, costUsd, turns, toolCalls, configuration, backend, agentVersion, durationMs };
  const value = { ...totals, reason: IMPORTED, by: IMPORTER };
  const draft = { actor: IMPORTER, time: updatedAt, body: { case: 'runCancelled' as const, value } };
  return toWire(RunEventSchema, draftedEvent(run, run.seq, draft));
}
