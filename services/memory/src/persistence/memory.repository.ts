import { Inject, Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import type { Provenance, Scope } from '@switchyard/contracts';
import { inTransaction, sql, type SqlParameter } from '@switchyard/persistence';
import { MEMORY_COLUMNS, type MemoryRow } from './memory-row.js';

/** A statement that is ready to be stored. */
export interface Statement {
  /** The id it gets, should it be new. */
  id: string;
  scope: Scope;
  text: string;
  statementKey: string;
  /** Term to occurrences. */
  terms: ReadonlyMap<string, number>;
  tags: readonly string[];
  provenance: Provenance;
  at: Date;
}

/** What became of a statement. `forgotten`: this call was saved before, and what it saved has been forgotten since. */
export type Saved =
  { outcome: 'stored' | 'repeated' | 'redelivered'; row: MemoryRow } | { outcome: 'forgotten'; row: undefined };

/** The write side: memories, their postings and the statistics of their scopes, always in one transaction. */
@Injectable()
export class MemoryRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Stores a statement with its postings, or counts it where the scope has it. */
  save(statement: Statement): Promise<Saved> {
    return inTransaction(this.dataSource, async (manager) => {
      const scopeId = await this.scopeOf(manager, statement.scope);
      // Writers of one statement go one after the other: what follows may look before it writes.
      await sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `${scopeId}:${statement.statementKey}`,
      ]);
      const known = await this.find(manager, scopeId, statement.statementKey);
      if (known !== undefined) return this.repeat(manager, known, statement);
      if (await this.wasSavedBy(manager, statement)) return { outcome: 'forgotten', row: undefined };
      await this.insert(manager, scopeId, statement);
      await this.recordCall(manager, statement, statement.id);
      return { outcome: 'stored', row: await this.read(manager, statement.id) };
    });
  }

  /** Newest first. Parts of the scope that are set narrow the list; `before` is the last id of the page before. */
  list(scope: Scope, limit: number, before: string): Promise<MemoryRow[]> {
    return sql<MemoryRow>(
      this.dataSource,
      `SELECT ${MEMORY_COLUMNS} FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE m.tenant = $1 AND ($2 = '' OR s.agent = $2) AND ($3 = '' OR s.user_id = $3) AND ($4 = '' OR s.thread = $4)
         AND ($5 = '' OR m.id < $5)
       ORDER BY m.id DESC LIMIT $6`,
      [scope.tenant, scope.agent, scope.user, scope.thread, before, limit],
    );
  }

  /** Deletes a memory and its postings. Undefined: the tenant has no such memory. */
  forget(tenant: string, id: string): Promise<MemoryRow | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const [row] = await sql<MemoryRow & { scope_id: string; terms: number }>(
        manager,
        `DELETE FROM memory.memories m USING memory.scopes s
         WHERE m.tenant = $1 AND m.id = $2 AND s.id = m.scope_id
         RETURNING ${MEMORY_COLUMNS}, m.scope_id, m.terms`,
        [tenant, id],
      );
      if (row === undefined) return undefined;
      await sql(manager, 'DELETE FROM memory.postings WHERE memory_id = $1', [id]);
      await this.addToStatistics(manager, row.scope_id, -1, -row.terms);
      return row;
    });
  }

  private async scopeOf(manager: EntityManager, { tenant, agent, user, thread }: Scope): Promise<string> {
    const parts = [tenant, agent, user, thread];
    const select = 'SELECT id FROM memory.scopes WHERE tenant = $1 AND agent = $2 AND user_id = $3 AND thread = $4';
    const [known] = await sql<{ id: string }>(manager, select, parts);
    if (known) return known.id;
    await sql(
      manager,
      'INSERT INTO memory.scopes (tenant, agent, user_id, thread) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      parts,
    );
    return only(await sql<{ id: string }>(manager, select, parts)).id;
  }

  /** Locks the row, so that nobody forgets it before it is counted. */
  private async find(manager: EntityManager, scopeId: string, key: string): Promise<MemoryRow | undefined> {
    const rows = await sql<MemoryRow>(
      manager,
      `SELECT ${MEMORY_COLUMNS} FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE m.scope_id = $1 AND m.statement_key = $2 FOR UPDATE OF m`,
      [scopeId, key],
    );
    return rows[0];
  }

  private async read(manager: EntityManager, id: string): Promise<MemoryRow> {
    return only(
      await sql<MemoryRow>(
        manager,
        `SELECT ${MEMORY_COLUMNS} FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id WHERE m.id = $1`,
        [id],
      ),
    );
  }

  private async repeat(manager: EntityManager, known: MemoryRow, statement: Statement): Promise<Saved> {
    const isNew = await this.recordCall(manager, statement, known.id);
    if (!isNew) return { outcome: 'redelivered', row: known };
    await sql(
      manager,
      `UPDATE memory.memories SET count = count + 1, last_at = greatest(last_at, $2),
         tags = ARRAY(SELECT DISTINCT tag FROM unnest(tags || $3::text[]) AS tag ORDER BY tag)
       WHERE id = $1`,
      [known.id, statement.at, statement.tags],
    );
    return { outcome: 'repeated', row: await this.read(manager, known.id) };
  }

  private async insert(manager: EntityManager, scopeId: string, statement: Statement): Promise<void> {
    const { id, scope, text, statementKey, tags, provenance, at } = statement;
    const length = [...statement.terms.values()].reduce((sum, count) => sum + count, 0);
    await sql(
      manager,
      `INSERT INTO memory.memories (id, tenant, scope_id, text, statement_key, tags, source, run_id, seq, call_id, actor,
         terms, created_at, last_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`,
      [id, scope.tenant, scopeId, text, statementKey, tags, ...provenanceColumns(provenance), length, at],
    );
    await sql(
      manager,
      `INSERT INTO memory.postings (scope_id, term, memory_id, frequency, length)
       SELECT $1, term, $2, frequency, $3 FROM unnest($4::text[], $5::integer[]) AS t (term, frequency)`,
      [scopeId, id, length, [...statement.terms.keys()], [...statement.terms.values()]],
    );
    await this.addToStatistics(manager, scopeId, 1, length);
  }

  /** Last in its transaction: the row is locked by all writers of the scope. */
  private async addToStatistics(
    manager: EntityManager,
    scopeId: string,
    memories: number,
    terms: number,
  ): Promise<void> {
    await sql(manager, 'UPDATE memory.scopes SET memories = memories + $2, terms = terms + $3 WHERE id = $1', [
      scopeId,
      memories,
      terms,
    ]);
  }

  /** @returns whether the call counts: it is new for this memory, or it is no call at all. */
  private async recordCall(manager: EntityManager, { scope, provenance, at }: Statement, id: string): Promise<boolean> {
    if (provenance.callId === '') return true;
    const inserted = await sql(
      manager,
      `INSERT INTO memory.saves (tenant, call_id, memory_id, saved_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING memory_id`,
      [scope.tenant, provenance.callId, id, at],
    );
    return inserted.length > 0;
  }

  /** Whether this call saved something that is no longer there. */
  private async wasSavedBy(manager: EntityManager, { scope, provenance }: Statement): Promise<boolean> {
    if (provenance.callId === '') return false;
    const gone = await sql(
      manager,
      `SELECT 1 FROM memory.saves s WHERE s.tenant = $1 AND s.call_id = $2
         AND NOT EXISTS (SELECT 1 FROM memory.memories m WHERE m.id = s.memory_id) LIMIT 1`,
      [scope.tenant, provenance.callId],
    );
    return gone.length > 0;
  }
}

/** In the order of the columns source, run_id, seq, call_id, actor. */
function provenanceColumns({ source, runId, seq, callId, actor }: Provenance): SqlParameter[] {
  return [source, runId, seq, callId, actor];
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('A row that was just written is not there');
  return row;
}
