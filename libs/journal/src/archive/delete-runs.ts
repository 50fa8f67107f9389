import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';

/** Everything of the runs but what they share with others. */
const DELETE = `
WITH entries AS (DELETE FROM journal.events WHERE run_id = ANY ($1::text[])),
  snapshots AS (DELETE FROM journal.snapshots WHERE run_id = ANY ($1::text[])),
  archives AS (DELETE FROM journal.archives WHERE run_id = ANY ($1::text[])),
  runs AS (DELETE FROM journal.runs WHERE run_id = ANY ($1::text[]))
DELETE FROM journal.payload_uses WHERE run_id = ANY ($1::text[]) RETURNING tenant, hash`;

/**
 * Whoever begins to use a payload sets `used_at` in the transaction in which it notes the use. Where that commits between
 * this statement's look at the uses and its lock of the row, the time alone tells of it. Locked in the writers' order.
 */
const DELETE_UNUSED = `
WITH unused AS (
  SELECT p.tenant, p.hash FROM journal.payloads p JOIN unnest($1::text[], $2::text[]) AS g (tenant, hash) USING (tenant, hash)
  WHERE p.used_at < now() - interval '1 hour'
    AND NOT EXISTS (SELECT 1 FROM journal.payload_uses u WHERE u.tenant = p.tenant AND u.hash = p.hash)
  ORDER BY p.tenant, p.hash FOR UPDATE OF p
)
DELETE FROM journal.payloads p USING unused u WHERE p.tenant = u.tenant AND p.hash = u.hash`;

/**
 * Removes these runs and the payloads that no other run refers to, once the transaction commits.
 *
 * @param runIds of runs as `lockOldRuns` gave them in the same transaction
 */
export async function deleteRuns(manager: EntityManager, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  const used = await sql<{ tenant: string; hash: string }>(manager, DELETE, [runIds]);
  if (used.length === 0) return;
  const unique = [...new Map(used.map((use) => [`${use.tenant}/${use.hash}`, use])).values()];
  await sql(manager, DELETE_UNUSED, [unique.map(({ tenant }) => tenant), unique.map(({ hash }) => hash)]);
}
