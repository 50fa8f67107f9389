import { create, MemoryActSchema, newId, timestampFromDate, type MemoryAct } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import type { Standing } from './standing.js';

/** What somebody does to memories. */
export interface Act {
  tenant: string;
  kind: 'correct' | 'retract' | 'restore' | 'merge' | 'split' | 'erase' | 'forget' | 'demote' | 'import';
  actor: string;
  reason: string;
  at: Date;
  memories: readonly string[];
  kept: readonly string[];
  details: ActDetails;
}

/** Holds ids, times and numbers, and nothing of what memories say. */
export interface ActDetails {
  /** How the memories stood before it and after it. */
  changes?: readonly { before: Standing; after: Standing }[];
  /** The act that it took back, and the one that took it back. */
  of?: string;
  takenBackBy?: string;
  /** Of an erasure: rows by table, and what they were by their ids. */
  deleted?: Readonly<Record<string, number>>;
  digest?: string;
}

/** A row of `memory.acts`. */
export interface ActRow {
  tenant: string;
  id: string;
  kind: string;
  actor: string;
  reason: string;
  at: Date;
  memories: string[];
  kept: string[];
  details: ActDetails;
}

/** Writes an act down. @returns it, as it is told */
export async function record(manager: EntityManager, act: Act): Promise<MemoryAct> {
  const id = newId('act', act.at.getTime());
  await sql(
    manager,
    `INSERT INTO memory.acts (tenant, id, kind, actor, reason, at, memories, kept, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [act.tenant, id, act.kind, act.actor, act.reason, act.at, act.memories, act.kept, JSON.stringify(act.details)],
  );
  return toAct({ ...act, id, memories: [...act.memories], kept: [...act.kept] });
}

export function toAct(row: ActRow): MemoryAct {
  const { tenant, id, kind, actor, reason, at, memories, kept, details } = row;
  const [time, of] = [timestampFromDate(at), details.of ?? ''];
  return create(MemoryActSchema, { tenant, id, kind, actor, reason, at: time, memories, kept, of });
}
