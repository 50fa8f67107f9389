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
  /** Of a later part of an import: the act that it began with. */
  partOf?: string;
}

/** Ids that an act is told with: those of a whole import would not go into one reply. */
const MAX_TOLD = 1_000;

/** Holds ids, times and numbers, and nothing of what memories say. */
export interface ActDetails {
  /** How the memories stood before it and after it. */
  changes?: readonly { before: Standing; after: Standing }[];
  /** The act that it took back, and the one that took it back. */
  of?: string;
  takenBackBy?: string;
  /** By memory: how much its count rose. */
  counted?: Readonly<Record<string, number>>;
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
    `INSERT INTO memory.acts (tenant, id, kind, actor, reason, at, memories, kept, details, part_of)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      act.tenant,
      id,
      act.kind,
      act.actor,
      act.reason,
      act.at,
      act.memories,
      act.kept,
      JSON.stringify(act.details),
      act.partOf ?? '',
    ],
  );
  return toAct({ ...act, id, memories: [...act.memories], kept: [...act.kept] });
}

export function toAct(row: ActRow): MemoryAct {
  const { tenant, id, kind, actor, reason, at, details } = row;
  return create(MemoryActSchema, {
    tenant,
    id,
    kind,
    actor,
    reason,
    at: timestampFromDate(at),
    memories: row.memories.slice(0, MAX_TOLD),
    kept: row.kept.slice(0, MAX_TOLD),
    changed: row.memories.length,
    of: details.of ?? '',
  });
}
