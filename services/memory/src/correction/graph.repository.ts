import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import type { Scope } from '@switchyard/contracts';
import type { Node } from './cascade.js';

/** A memory with what it rests on. */
export interface GraphRow extends Node {
  state: string;
}

/** What rests on what. Within a transaction as the tenant. */
@Injectable()
export class GraphRepository {
  /**
   * Memories and all that rests on them by any path, with their rows locked: whoever wants to rest something on one of
   * them waits, and then sees what became of it.
   */
  async closure(manager: EntityManager, roots: readonly string[]): Promise<GraphRow[]> {
    for (let known = -1; ;) {
      const ids = await this.reach(manager, roots);
      if (ids.length === known) return this.nodes(manager, ids);
      known = ids.length;
      await sql(manager, 'SELECT 1 FROM memory.memories WHERE id = ANY ($1) ORDER BY id FOR UPDATE', [ids]);
    }
  }

  /** Of these, those that are there and not withdrawn. */
  async standing(manager: EntityManager, ids: readonly string[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(
      manager,
      `SELECT id FROM memory.memories WHERE id = ANY ($1) AND state <> 'retracted' ORDER BY id FOR KEY SHARE`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Those whose place one of these took; of one kind, where it is named. */
  async superseded(
    manager: EntityManager,
    by: readonly string[],
    kind = '',
  ): Promise<{ id: string; superseded_by: string }[]> {
    return sql(
      manager,
      `SELECT id, superseded_by FROM memory.memories
       WHERE superseded_by = ANY ($1) AND state = 'superseded' AND $2 IN ('', kind) ORDER BY id`,
      [by, kind],
    );
  }

  /** All of the scopes that have the parts that are set. */
  async ofScope(manager: EntityManager, scope: Scope): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      manager,
      `SELECT m.id FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE m.tenant = $1 AND ($2 = '' OR s.agent = $2) AND ($3 = '' OR s.user_id = $3) AND ($4 = '' OR s.thread = $4)
       ORDER BY m.id`,
      [scope.tenant, scope.agent, scope.user, scope.thread],
    );
    return rows.map(({ id }) => id);
  }

  private async reach(manager: EntityManager, roots: readonly string[]): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      manager,
      `WITH RECURSIVE resting (id) AS (
         SELECT unnest($1::text[]) UNION SELECT e.memory_id FROM memory.evidence e JOIN resting r ON e.evidence_id = r.id)
       SELECT m.id FROM resting r JOIN memory.memories m USING (id) ORDER BY m.id`,
      [roots],
    );
    return rows.map(({ id }) => id);
  }

  private async nodes(manager: EntityManager, ids: readonly string[]): Promise<GraphRow[]> {
    const rows = await sql<{ id: string; asserted: boolean; kind: string; state: string; evidence: string[] | null }>(
      manager,
      `SELECT m.id, m.asserted, m.kind, m.state,
         (SELECT array_agg(e.evidence_id) FROM memory.evidence e WHERE e.memory_id = m.id) AS evidence
       FROM memory.memories m WHERE m.id = ANY ($1) ORDER BY m.id`,
      [ids],
    );
    return rows.map(({ id, asserted, kind, state, evidence }) => ({
      id,
      asserted,
      state,
      needsAll: kind === 'summary',
      stands: state !== 'retracted',
      evidence: evidence ?? [],
    }));
  }
}
