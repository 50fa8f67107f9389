import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { groupBy } from '../group-by.js';
import { queryOn } from '../vectors/query.js';
import { deleteVectors } from '../vectors/stored-vectors.js';
import { addToStatistics } from './scopes.js';

/** Rows that were deleted, by table. */
export type Deleted = Record<string, number>;

/**
 * Deletes memories with everything that was made of their text. `saves` stay: they hold none of it, and keep a late
 * redelivery from bringing it back.
 */
export async function eraseRows(manager: EntityManager, ids: readonly string[]): Promise<Deleted> {
  const gone = await sql<{ doc: string; scope_id: string; terms: number; state: string }>(
    manager,
    'DELETE FROM memory.memories WHERE id = ANY ($1) RETURNING doc, scope_id, terms, state',
    [ids],
  );
  const docs = gone.map(({ doc }) => doc);
  const count = async (statement: string, parameter: readonly string[]) =>
    (await sql(manager, `${statement} RETURNING 1`, [parameter])).length;
  const deleted = {
    memories: gone.length,
    postings: await count('DELETE FROM memory.postings WHERE doc = ANY ($1::bigint[])', docs),
    versions: await count('DELETE FROM memory.versions WHERE memory_id = ANY ($1)', ids),
    evidence: await count('DELETE FROM memory.evidence WHERE memory_id = ANY ($1) OR evidence_id = ANY ($1)', ids),
    vectors: 0,
    shown: await count('DELETE FROM memory.shown WHERE memory_id = ANY ($1)', ids),
  };
  deleted.vectors = await deleteVectors(queryOn(manager), docs);
  const live = gone.filter(({ state }) => state !== 'retracted');
  for (const [scopeId, rows] of [...groupBy(live, ({ scope_id }) => scope_id)].sort(
    ([a], [b]) => Number(a) - Number(b),
  ))
    await addToStatistics(manager, scopeId, -rows.length, -rows.reduce((sum, { terms }) => sum + terms, 0));
  return deleted;
}
