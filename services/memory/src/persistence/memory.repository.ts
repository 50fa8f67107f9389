import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { memoryNotFound } from '../memory-error.js';
import { asTenant } from './as-tenant.js';
import { listQuery, type Page } from './list-query.js';
import { MEMORY_COLUMNS, MEMORY_TABLES, type MemoryRow } from './memory-row.js';

/** Reads memories as they stand. */
@Injectable()
export class MemoryRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Parts of the scope that are set narrow the list.
   *
   * @throws SwitchyardError `memory.not_found` where a page as said begins after a memory that is gone: its place is too
   */
  list(page: Page): Promise<MemoryRow[]> {
    const { tenant } = page.scope;
    return asTenant(this.dataSource, tenant, async (manager) => {
      if (page.asSaid && page.before !== '' && (await this.findWithin(manager, tenant, [page.before])).length === 0)
        throw memoryNotFound(page.before);
      const { text, parameters } = listQuery(page);
      return sql<MemoryRow>(manager, text, parameters);
    });
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
