import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';

/**
 * The bi-temporal record of memories. A belief is never changed: it ends at a moment, and others begin there. The moment
 * of an act never lies before the last one, even where the clock went back, or what was known could be known no more.
 */

/** From now on `id` is believed to be true from `from` until `to` (null: open). */
export async function believe(
  manager: EntityManager,
  beliefs: readonly { tenant: string; id: string; from: Date; to: Date | null }[],
  at: Date,
): Promise<void> {
  await sql(
    manager,
    `INSERT INTO memory.versions (tenant, memory_id, valid_from, valid_to, known_from)
     SELECT b.tenant, b.id, b.valid_from, coalesce(b.valid_to, 'infinity'),
       greatest($5::timestamptz, (SELECT max(known_from) FROM memory.versions WHERE memory_id = b.id))
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS b (tenant, id, valid_from, valid_to)
     ON CONFLICT (memory_id, known_from, valid_from) DO UPDATE SET valid_to = excluded.valid_to, known_to = 'infinity'`,
    [
      beliefs.map(({ tenant }) => tenant),
      beliefs.map(({ id }) => id),
      beliefs.map(({ from }) => from),
      beliefs.map(({ to }) => to),
      at,
    ],
  );
}

/** From now on none of what was believed of these memories is. */
export async function disbelieve(manager: EntityManager, ids: readonly string[], at: Date): Promise<void> {
  await sql(
    manager,
    `WITH now AS (
       SELECT memory_id, greatest($2::timestamptz, max(known_from)) AS at FROM memory.versions
       WHERE memory_id = ANY ($1) GROUP BY memory_id
     ), emptied AS (
       DELETE FROM memory.versions v USING now n
       WHERE v.memory_id = n.memory_id AND v.known_to = 'infinity' AND v.known_from >= n.at
     )
     UPDATE memory.versions v SET known_to = n.at FROM now n
     WHERE v.memory_id = n.memory_id AND v.known_to = 'infinity' AND v.known_from < n.at`,
    [ids, at],
  );
}

/** From now on these are believed to have been true until their moment, and no longer. */
export async function end(
  manager: EntityManager,
  ends: readonly { id: string; until: Date }[],
  at: Date,
): Promise<void> {
  const ids = ends.map(({ id }) => id);
  const open = await sql<{ tenant: string; memory_id: string; valid_from: Date; valid_to: Date | null }>(
    manager,
    `SELECT tenant, memory_id, valid_from, nullif(valid_to, 'infinity') AS valid_to FROM memory.versions
     WHERE memory_id = ANY ($1) AND known_to = 'infinity'`,
    [ids],
  );
  const until = new Map(ends.map((entry) => [entry.id, entry.until]));
  await disbelieve(manager, ids, at);
  const shortened = open.flatMap(({ tenant, memory_id: id, valid_from: from, valid_to }) => {
    const last = until.get(id);
    const to = last && (valid_to === null || last < valid_to) ? last : valid_to;
    return to !== null && to <= from ? [] : [{ tenant, id, from, to }];
  });
  await believe(manager, shortened, at);
}
