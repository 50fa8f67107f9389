import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { asTenant } from './as-tenant.js';
import { MEMORY_COLUMNS, MEMORY_TABLES, type MemoryRow } from './memory-row.js';

/** What a page of the catalogue shows. */
export interface Page {
  scope: Scope;
  limit: number;
  /** The last id of the page before; empty: from the newest. */
  before: string;
  /** Any of these; all where empty. */
  kinds: readonly string[];
  states: readonly string[];
}

/** Reads memories as they stand. */
@Injectable()
export class MemoryRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Newest first. Parts of the scope that are set narrow the list. */
  list({ scope, limit, before, kinds, states }: Page): Promise<MemoryRow[]> {
    return asTenant(this.dataSource, scope.tenant, (manager) =>
      sql<MemoryRow>(
        manager,
        `SELECT ${MEMORY_COLUMNS} FROM ${MEMORY_TABLES}
         WHERE m.tenant = $1 AND ($2 = '' OR s.agent = $2) AND ($3 = '' OR s.user_id = $3) AND ($4 = '' OR s.thread = $4)
           AND ($5 = '' OR m.id < $5) AND (cardinality($7::text[]) = 0 OR m.kind = ANY ($7)) AND m.state = ANY ($8)
         ORDER BY m.id DESC LIMIT $6`,
        [scope.tenant, scope.agent, scope.user, scope.thread, before, limit, kinds, states],
      ),
    );
  }

  /** In the order of the ids; those that the tenant does not have are left out. */
  find(tenant: string, ids: readonly string[]): Promise<MemoryRow[]> {
    return asTenant(this.dataSource, tenant, (manager) => this.findWithin(manager, tenant, ids));
  }

  /** The same within a transaction as the tenant. */
  async findWithin(manager: EntityManager, tenant: string, ids: readonly string[]): Promise<MemoryRow[]> {
    const rows = await sql<MemoryRow>(
      manager,
      `SELECT ${MEMORY_COLUMNS} FROM ${MEMORY_TABLES} WHERE m.tenant = $1 AND m.id = ANY ($2)`,
      [tenant, ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
