import type { EntityManager } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';

/** The id of a scope, which is made where it is new. */
export async function scopeIdOf(manager: EntityManager, { tenant, agent, user, thread }: Scope): Promise<string> {
  const parts = [tenant, agent, user, thread];
  const select = 'SELECT id FROM memory.scopes WHERE tenant = $1 AND agent = $2 AND user_id = $3 AND thread = $4';
  const [known] = await sql<{ id: string }>(manager, select, parts);
  if (known) return known.id;
  await sql(
    manager,
    'INSERT INTO memory.scopes (tenant, agent, user_id, thread) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    parts,
  );
  const [made] = await sql<{ id: string }>(manager, select, parts);
  if (!made) throw new Error('A scope that was just written is not there');
  return made.id;
}

/** Last in its transaction: the row is locked by all writers of the scope. */
export async function addToStatistics(
  manager: EntityManager,
  scopeId: string,
  memories: number,
  terms: number,
): Promise<void> {
  if (memories === 0 && terms === 0) return;
  await sql(
    manager,
    'UPDATE memory.scopes SET memories = memories + $2, terms = terms + $3, changes = changes + 1 WHERE id = $1',
    [scopeId, memories, terms],
  );
}

/** Says that memories of these scopes stand otherwise than before. Last in its transaction, as `addToStatistics`. */
export async function tellChanged(manager: EntityManager, scopeIds: readonly string[]): Promise<void> {
  await sql(
    manager,
    `UPDATE memory.scopes SET changes = changes + 1
     WHERE id IN (SELECT id FROM memory.scopes WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE)`,
    [[...new Set(scopeIds)]],
  );
}
