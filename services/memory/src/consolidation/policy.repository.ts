import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { create, ConsolidationPolicySchema, type ConsolidationPolicy } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { asTenant } from '../persistence/as-tenant.js';

/** What tenants have said about summaries in the background. */
@Injectable()
export class ConsolidationPolicyRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** With nothing in `rounds` it is as if nothing had been said. */
  async put({ tenant, rounds }: ConsolidationPolicy): Promise<void> {
    await asTenant(this.dataSource, tenant, (manager) =>
      rounds === ''
        ? sql(manager, 'DELETE FROM memory.consolidation_policies WHERE tenant = $1', [tenant])
        : sql(
            manager,
            `INSERT INTO memory.consolidation_policies (tenant, rounds) VALUES ($1, $2)
             ON CONFLICT (tenant) DO UPDATE SET rounds = excluded.rounds`,
            [tenant, rounds],
          ),
    );
  }

  async get(tenant: string): Promise<ConsolidationPolicy> {
    const [row] = await asTenant(this.dataSource, tenant, (manager) =>
      sql<{ rounds: string }>(manager, 'SELECT rounds FROM memory.consolidation_policies WHERE tenant = $1', [tenant]),
    );
    return create(ConsolidationPolicySchema, { tenant, rounds: row?.rounds ?? '' });
  }
}
