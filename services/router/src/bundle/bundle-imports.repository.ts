import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface BundleImportRow {
  tenant: string;
  bundle: string;
  platform_version: string;
  imported_by: string;
  started_at: Date;
  ended_at: Date | null;
  stored: number;
}

/** Which bundles were imported. */
@Injectable()
export class BundleImportsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async find(tenant: string, bundle: string): Promise<BundleImportRow | undefined> {
    const [row] = await sql<BundleImportRow>(
      this.dataSource,
      'SELECT * FROM registry.bundle_imports WHERE tenant = $1 AND bundle = $2',
      [tenant, bundle],
    );
    return row;
  }

  async hasTasks(tenant: string): Promise<boolean> {
    const rows = await sql(this.dataSource, 'SELECT 1 FROM registry.tasks WHERE tenant = $1 LIMIT 1', [tenant]);
    return rows.length > 0;
  }

  /**
   * Once: beginning again changes nothing.
   *
   * @param makesWay the tenant's agents go: nobody has used them
   */
  async begin(
    row: Pick<BundleImportRow, 'tenant' | 'bundle' | 'platform_version' | 'imported_by'>,
    makesWay: boolean,
  ): Promise<void> {
    const { tenant } = row;
    await inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `INSERT INTO registry.bundle_imports (tenant, bundle, platform_version, imported_by, started_at, stored)
         VALUES ($1, $2, $3, $4, now(), 0) ON CONFLICT (tenant, bundle) DO NOTHING`,
        [tenant, row.bundle, row.platform_version, row.imported_by],
      );
      if (!makesWay) return;
      await sql(manager, 'DELETE FROM registry.agents WHERE tenant = $1', [tenant]);
      await sql(manager, 'DELETE FROM registry.agent_versions WHERE tenant = $1', [tenant]);
    });
  }

  async end(tenant: string, bundle: string, stored: number): Promise<void> {
    await sql(
      this.dataSource,
      'UPDATE registry.bundle_imports SET ended_at = now(), stored = stored + $3 WHERE tenant = $1 AND bundle = $2',
      [tenant, bundle, stored],
    );
  }
}
