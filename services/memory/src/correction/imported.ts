import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { actNotFound, memoryConflict } from '../memory-error.js';
import type { ActDetails, ActRow } from './acts.js';

/** Of Postgres' integer. */
const MAX_COUNT = 2_147_483_647;

/** What an import did, in all of its parts. */
export interface Imported {
  /** Memories that it made. */
  stored: string[];
  /** By memory, made or there before: how often it said it. */
  counted: ReadonlyMap<string, number>;
}

/**
 * The act by which an import began. It is locked, so that nobody takes the import back while a part of it is stored.
 *
 * @throws SwitchyardError `memory.act.not_found`; `memory.conflict` (another act than an import, or taken back)
 */
export async function importAct(manager: EntityManager, tenant: string, id: string): Promise<ActRow> {
  const [act] = await sql<ActRow>(manager, 'SELECT * FROM memory.acts WHERE tenant = $1 AND id = $2 FOR UPDATE', [
    tenant,
    id,
  ]);
  if (!act) throw actNotFound(id);
  if (act.kind !== 'import')
    throw memoryConflict(
      `Act "${id}" is no import but "${act.kind}". Name the act that the import was answered with.`,
      {
        act: id,
      },
    );
  if (act.details.takenBackBy !== undefined)
    throw memoryConflict(`Import "${id}" was taken back, by "${act.details.takenBackBy}". Begin a new import.`, {
      act: id,
    });
  return act;
}

/** Of an act and those that are parts of it. */
export async function importedBy(manager: EntityManager, { tenant, id }: ActRow): Promise<Imported> {
  const acts = await sql<Pick<ActRow, 'memories' | 'details'>>(
    manager,
    `SELECT memories, details FROM memory.acts WHERE tenant = $1 AND (id = $2 OR part_of = $2) AND kind = 'import'
     ORDER BY at, id`,
    [tenant, id],
  );
  const counted = new Map<string, number>();
  for (const { memories, details } of acts)
    // Acts of before the counts were written down said each once.
    for (const [memory, times] of Object.entries(
      details.counted ?? Object.fromEntries(memories.map((each) => [each, 1])),
    ))
      counted.set(memory, Math.min((counted.get(memory) ?? 0) + times, MAX_COUNT));
  return { stored: acts.flatMap(({ memories }) => memories), counted };
}

/**
 * Of these memories, those that were said more often than the import said them: somebody else says them too. All of them are
 * locked, so that nobody says one of them while it is withdrawn.
 */
export async function saidByOthers(manager: EntityManager, counted: Imported['counted']): Promise<Set<string>> {
  const rows = await sql<{ id: string; more: boolean }>(
    manager,
    `SELECT m.id, m.count > i.times AS more
     FROM memory.memories m JOIN unnest($1::text[], $2::bigint[]) AS i (id, times) ON i.id = m.id
     ORDER BY m.id FOR UPDATE OF m`,
    [[...counted.keys()], [...counted.values()]],
  );
  return new Set(rows.filter(({ more }) => more).map(({ id }) => id));
}

/** Takes from the counts of memories what was added to them. @returns what it changed, for the act that tells of it */
export async function uncount(
  manager: EntityManager,
  counted: Iterable<readonly [string, number]>,
): Promise<NonNullable<ActDetails['counted']>> {
  const all = [...counted];
  const rows = await sql<{ id: string; times: number }>(
    manager,
    `UPDATE memory.memories m SET count = m.count::bigint - i.times
     FROM unnest($1::text[], $2::integer[]) AS i (id, times)
     WHERE m.id = i.id AND m.count::bigint - i.times BETWEEN 1 AND ${MAX_COUNT} RETURNING m.id, i.times`,
    [all.map(([id]) => id), all.map(([, times]) => times)],
  );
  return Object.fromEntries(rows.map(({ id, times }) => [id, -times]));
}
