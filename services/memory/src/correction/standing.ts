import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { groupBy } from '../group-by.js';
import { addToStatistics, tellChanged } from '../persistence/scopes.js';
import { believe, disbelieve } from '../persistence/validity.js';

/** What a memory counts as: enough to put it back. Holds nothing of its text. */
export interface Standing {
  id: string;
  state: string;
  superseded_by: string;
  /** What is believed of it now, in milliseconds since 1970: true from … to …; null: open. */
  beliefs: readonly { from: number; to: number | null }[];
}

/** How memories stand now. Their rows are locked, in the order of their ids, until the end of the transaction. */
export async function standingOf(manager: EntityManager, ids: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await sql<{ id: string; state: string; superseded_by: string }>(
    manager,
    'SELECT id, state, superseded_by FROM memory.memories WHERE id = ANY ($1) ORDER BY id FOR UPDATE',
    [ids],
  );
  const beliefs = await sql<{ memory_id: string; valid_from: Date; valid_to: Date | null }>(
    manager,
    `SELECT memory_id, valid_from, nullif(valid_to, 'infinity') AS valid_to FROM memory.versions
     WHERE memory_id = ANY ($1) AND known_to = 'infinity' ORDER BY memory_id, valid_from`,
    [ids],
  );
  const byMemory = groupBy(beliefs, ({ memory_id }) => memory_id);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        beliefs: (byMemory.get(row.id) ?? []).map(({ valid_from, valid_to }) => ({
          from: valid_from.getTime(),
          to: valid_to?.getTime() ?? null,
        })),
      },
    ]),
  );
}

/** Lets memories stand otherwise: states, beliefs, postings and the statistics of their scopes follow. */
export async function stand(
  manager: EntityManager,
  tenant: string,
  standings: readonly Standing[],
  at: Date,
): Promise<void> {
  if (standings.length === 0) return;
  const ids = standings.map(({ id }) => id);
  const before = await sql<{ id: string; doc: string; scope_id: string; terms: number; state: string }>(
    manager,
    'SELECT id, doc, scope_id, terms, state FROM memory.memories WHERE id = ANY ($1) ORDER BY id FOR UPDATE',
    [ids],
  );
  await disbelieve(manager, ids, at);
  await believe(
    manager,
    standings.flatMap(({ id, beliefs }) =>
      beliefs.map(({ from, to }) => ({ tenant, id, from: new Date(from), to: to === null ? null : new Date(to) })),
    ),
    at,
  );
  await sql(
    manager,
    `UPDATE memory.memories m SET state = s.state, superseded_by = s.by
     FROM unnest($1::text[], $2::text[], $3::text[]) AS s (id, state, by) WHERE m.id = s.id`,
    [ids, standings.map(({ state }) => state), standings.map(({ superseded_by }) => superseded_by)],
  );
  const after = new Map(standings.map(({ id, state }) => [id, state]));
  const turned = before.filter(({ id, state }) => (state === 'retracted') !== (after.get(id) === 'retracted'));
  await sql(
    manager,
    `UPDATE memory.postings p SET live = m.state <> 'retracted' FROM memory.memories m
     WHERE p.doc = m.doc AND m.doc = ANY ($1::bigint[])`,
    [turned.map(({ doc }) => doc)],
  );
  const byScope = [...groupBy(turned, ({ scope_id }) => scope_id)].sort(([a], [b]) => Number(a) - Number(b));
  for (const [scopeId, rows] of byScope) {
    const sign = (state: string) => (state === 'retracted' ? 1 : -1);
    const memories = rows.reduce((sum, { state }) => sum + sign(state), 0);
    const terms = rows.reduce((sum, row) => sum + sign(row.state) * row.terms, 0);
    await addToStatistics(manager, scopeId, memories, terms);
  }
  await tellChanged(
    manager,
    before.map(({ scope_id }) => scope_id),
  );
}
