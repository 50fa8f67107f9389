import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, sql } from '@switchyard/persistence';

/**
 * A transaction in which Postgres itself shows and takes rows of this tenant alone, whatever the statements ask for.
 * See RowSecurity1764400000000.
 *
 * @throws SwitchyardError `database.…`; what `work` throws and is not the database's stays as it is
 */
export function asTenant<Result>(
  dataSource: DataSource,
  tenant: string,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  return inTransaction(dataSource, async (manager) => {
    await sql(
      manager,
      `SELECT set_config('switchyard.tenant', $1, true), set_config('role', 'switchyard_memory', true)`,
      [tenant],
      { name: 'memory_as_tenant' },
    );
    return work(manager);
  });
}
