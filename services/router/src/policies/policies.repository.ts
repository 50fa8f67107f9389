import { Inject, Injectable } from '@nestjs/common';
import { fromStore, PolicySchema, timestampFromDate, toWire, type JsonValue, type Policy } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

interface PolicyRow {
  tenant: string;
  definition: JsonValue;
  updated_at: Date;
  updated_by: string;
}

@Injectable()
export class PoliciesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** By name. */
  async list(tenant: string): Promise<Policy[]> {
    const rows = await sql<PolicyRow>(
      this.dataSource,
      'SELECT tenant, definition, updated_at, updated_by FROM registry.policies WHERE tenant = $1 ORDER BY name',
      [tenant],
    );
    return rows.map(fromRow);
  }

  /** Creates or replaces. */
  async apply(policy: Policy, by: string): Promise<Policy> {
    const { tenant, updatedAt: _at, updatedBy: _by, ...definition } = policy;
    const [row] = await sql<PolicyRow>(
      this.dataSource,
      `INSERT INTO registry.policies (tenant, name, definition, updated_at, updated_by)
       VALUES ($1, $2, $3::jsonb, clock_timestamp(), $4)
       ON CONFLICT (tenant, name) DO UPDATE
       SET definition = excluded.definition, updated_at = excluded.updated_at, updated_by = excluded.updated_by
       RETURNING tenant, definition, updated_at, updated_by`,
      [tenant, policy.name, JSON.stringify(toWire(PolicySchema, { ...definition, tenant: '', updatedBy: '' })), by],
    );
    return row ? fromRow(row) : policy;
  }

  /** @returns whether there was one */
  async remove(tenant: string, name: string): Promise<boolean> {
    const removed = await sql(
      this.dataSource,
      'DELETE FROM registry.policies WHERE tenant = $1 AND name = $2 RETURNING name',
      [tenant, name],
    );
    return removed.length > 0;
  }
}

function fromRow({ tenant, definition, updated_at, updated_by }: PolicyRow): Policy {
  return {
    ...fromStore(PolicySchema, definition),
    tenant,
    updatedAt: timestampFromDate(updated_at),
    updatedBy: updated_by,
  };
}
