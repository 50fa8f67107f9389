import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { create, RetentionPolicySchema, type RetentionPolicy } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { asTenant } from '../persistence/as-tenant.js';

interface PolicyRow {
  tenant: string;
  name: string;
  agent: string;
  user_id: string;
  thread: string;
  kind: string;
  max_age_days: number;
  unused_days: number;
  quota: number;
}

const DAY = `interval '1 day'`;

/** Policies, and what they let go. */
@Injectable()
export class RetentionRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async put(policy: RetentionPolicy): Promise<void> {
    const { tenant, name, scope, kind, maxAgeDays, unusedDays, quota } = policy;
    await asTenant(this.dataSource, tenant, (manager) =>
      sql(
        manager,
        `INSERT INTO memory.retention (tenant, name, agent, user_id, thread, kind, max_age_days, unused_days, quota)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant, name) DO UPDATE SET agent = excluded.agent, user_id = excluded.user_id, thread = excluded.thread,
           kind = excluded.kind, max_age_days = excluded.max_age_days, unused_days = excluded.unused_days, quota = excluded.quota`,
        [tenant, name, scope?.agent ?? '', scope?.user ?? '', scope?.thread ?? '', kind, maxAgeDays, unusedDays, quota],
      ),
    );
  }

  async list(tenant: string): Promise<RetentionPolicy[]> {
    const rows = await asTenant(this.dataSource, tenant, (manager) =>
      sql<PolicyRow>(manager, 'SELECT * FROM memory.retention WHERE tenant = $1 ORDER BY name', [tenant]),
    );
    return rows.map(toPolicy);
  }

  async delete(tenant: string, name: string): Promise<RetentionPolicy | undefined> {
    const [row] = await asTenant(this.dataSource, tenant, (manager) =>
      sql<PolicyRow>(manager, 'DELETE FROM memory.retention WHERE tenant = $1 AND name = $2 RETURNING *', [
        tenant,
        name,
      ]),
    );
    return row && toPolicy(row);
  }

  /** Of all tenants: nobody's request, so as the owner. */
  async all(): Promise<RetentionPolicy[]> {
    const rows = await sql<PolicyRow>(this.dataSource, 'SELECT * FROM memory.retention ORDER BY tenant, name');
    return rows.map(toPolicy);
  }

  /** Tenants that have memories whose time is over. */
  async tenantsWithExpired(now: Date): Promise<string[]> {
    const rows = await sql<{ tenant: string }>(
      this.dataSource,
      'SELECT DISTINCT tenant FROM memory.memories WHERE expires_at <= $1 ORDER BY tenant LIMIT 1000',
      [now],
    );
    return rows.map(({ tenant }) => tenant);
  }

  expired(manager: EntityManager, now: Date, limit: number): Promise<string[]> {
    return idsOf(manager, 'SELECT id FROM memory.memories WHERE expires_at <= $1 ORDER BY id LIMIT $2', [now, limit]);
  }

  /** What was said last, or used last, longer ago than the policy lets it stay. */
  tooOld(manager: EntityManager, policy: RetentionPolicy, now: Date, limit: number): Promise<string[]> {
    return idsOf(
      manager,
      `SELECT m.id FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE ${OF_POLICY} AND (($6 > 0 AND m.last_at < $8::timestamptz - $6 * ${DAY})
         OR ($7 > 0 AND greatest(m.last_at, m.recalled_at) < $8::timestamptz - $7 * ${DAY}))
       ORDER BY m.id LIMIT $9`,
      [...partsOf(policy), policy.maxAgeDays, policy.unusedDays, now, limit],
    );
  }

  /**
   * What a scope has above its quota, the least valuable: what no longer holds before what does, what is believed less
   * before what is believed more, then what was said and used least, and longest ago.
   */
  aboveQuota(manager: EntityManager, policy: RetentionPolicy, limit: number): Promise<string[]> {
    return idsOf(
      manager,
      `SELECT id FROM (
         SELECT m.id, row_number() OVER (PARTITION BY m.scope_id ORDER BY (m.state = 'current') DESC, m.trust DESC,
           m.count + m.recalled DESC, greatest(m.last_at, m.recalled_at) DESC, m.doc DESC) AS place
         FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id WHERE ${OF_POLICY}) ranked
       WHERE place > $6 ORDER BY place DESC LIMIT $7`,
      [...partsOf(policy), policy.quota, limit],
    );
  }

  /** What runs were given so long ago that none of them says it back. */
  async forgetShown(before: Date, limit: number): Promise<number> {
    const gone = await sql(
      this.dataSource,
      `DELETE FROM memory.shown WHERE ctid IN (SELECT ctid FROM memory.shown WHERE at < $1 LIMIT $2) RETURNING 1`,
      [before, limit],
    );
    return gone.length;
  }
}

/** With the parameters of `partsOf`. */
const OF_POLICY = `m.tenant = $1 AND $2 IN ('', s.agent) AND $3 IN ('', s.user_id) AND $4 IN ('', s.thread) AND $5 IN ('', m.kind)`;

function partsOf({ tenant, scope, kind }: RetentionPolicy): string[] {
  return [tenant, scope?.agent ?? '', scope?.user ?? '', scope?.thread ?? '', kind];
}

async function idsOf(manager: EntityManager, text: string, parameters: Parameters<typeof sql>[2]): Promise<string[]> {
  return (await sql<{ id: string }>(manager, text, parameters)).map(({ id }) => id);
}

function toPolicy(row: PolicyRow): RetentionPolicy {
  return create(RetentionPolicySchema, {
    tenant: row.tenant,
    name: row.name,
    scope: { tenant: row.tenant, agent: row.agent, user: row.user_id, thread: row.thread },
    kind: row.kind,
    maxAgeDays: row.max_age_days,
    unusedDays: row.unused_days,
    quota: row.quota,
  });
}
