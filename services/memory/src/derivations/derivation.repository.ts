import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { asTenant } from '../persistence/as-tenant.js';
import { dayOf, fits, reserveOf } from './daily-limit.js';
import type { AskKind, Derivation, DerivationEnd, DerivationStatus } from './derivation.js';

/** An ask that is to be recorded; what it may cost follows from its limit. */
export type Planned = Omit<Derivation, 'status' | 'runId' | 'reservedUsd'>;

interface Row {
  tenant: string;
  key: string;
  kind: AskKind;
  agent: string;
  scope_id: string;
  conversation: string;
  episodes: string[];
  known: string[];
  status: DerivationStatus;
  run_id: string;
  reserved_usd: number;
  max_usd_per_day: number;
}

/** Characters of why an ask came to nothing. */
const MAX_PROBLEM = 500;
/** Of one look of the keeper. */
const ROUND = 200;

/** The record of what was asked: each ask once, and within what its day may cost. */
@Injectable()
export class DerivationRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Until the end of the transaction nobody else plans asks of the tenant: two would take the same episodes, or the same money. */
  async lock(manager: EntityManager, tenant: string): Promise<void> {
    await sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`derive:${tenant}`]);
  }

  /** After `lock`. @returns the ask as it stands: waiting where the day has no room for it */
  async plan(manager: EntityManager, planned: Planned, now: Date): Promise<Derivation> {
    const { tenant, agent, maxUsdPerDay } = planned;
    const spent = await this.spent(manager, tenant, agent, now);
    const status = fits(spent, maxUsdPerDay) ? 'asked' : 'waiting';
    const [row] = await sql<Row>(
      manager,
      `INSERT INTO memory.derivations (tenant, key, kind, agent, scope_id, conversation, episodes, known, status,
         reserved_usd, max_usd_per_day, created_at, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
       ON CONFLICT (tenant, key) DO UPDATE SET key = excluded.key RETURNING *`,
      [
        tenant,
        planned.key,
        planned.kind,
        agent,
        planned.scopeId,
        planned.conversation,
        planned.episodes,
        planned.known,
        status,
        reserveOf(maxUsdPerDay),
        maxUsdPerDay,
        now,
      ],
    );
    if (!row) throw new Error('A derivation that was just written is not there');
    return read(row);
  }

  /** What never fitted into a day yet is asked for together with what came since. */
  async dropWaiting(manager: EntityManager, scopeId: string, conversation: string): Promise<void> {
    await sql(
      manager,
      `DELETE FROM memory.derivations WHERE scope_id = $1 AND conversation = $2 AND kind = 'facts' AND status = 'waiting'`,
      [scopeId, conversation],
    );
  }

  /** The asks of this agent, or of all, that wait and fit into the day now, the oldest first; they are to be sent. */
  promote(tenant: string, now: Date): Promise<Derivation[]> {
    return asTenant(this.dataSource, tenant, async (manager) => {
      await this.lock(manager, tenant);
      const waiting = await sql<Row>(
        manager,
        `SELECT * FROM memory.derivations WHERE tenant = $1 AND status = 'waiting' ORDER BY created_at, key LIMIT ${ROUND}`,
        [tenant],
      );
      const promoted: Derivation[] = [];
      const full = new Set<string>();
      for (const row of waiting) {
        if (full.has(row.agent)) continue;
        if (!fits(await this.spent(manager, tenant, row.agent, now), row.max_usd_per_day)) full.add(row.agent);
        else {
          await sql(
            manager,
            `UPDATE memory.derivations SET status = 'asked', asked_at = $3 WHERE tenant = $1 AND key = $2`,
            [tenant, row.key, now],
          );
          promoted.push({ ...read(row), status: 'asked' });
        }
      }
      return promoted;
    });
  }

  async accepted({ tenant, key }: Derivation, runId: string): Promise<void> {
    await asTenant(this.dataSource, tenant, (manager) =>
      sql(manager, 'UPDATE memory.derivations SET run_id = $3 WHERE tenant = $1 AND key = $2', [tenant, key, runId]),
    );
  }

  /** The ask whose run this is, if it is under way. */
  async ofRun(tenant: string, runId: string): Promise<Derivation | undefined> {
    const [row] = await asTenant(this.dataSource, tenant, (manager) =>
      sql<Row>(manager, 'SELECT * FROM memory.derivations WHERE tenant = $1 AND run_id = $2', [tenant, runId]),
    );
    return row && read(row);
  }

  /** Locks it. @returns whether it is still under way: an answer is taken once, however often it comes */
  async isOpen(manager: EntityManager, { tenant, key }: Derivation): Promise<boolean> {
    const [row] = await sql(
      manager,
      `SELECT 1 FROM memory.derivations WHERE tenant = $1 AND key = $2 AND status = 'asked' FOR UPDATE`,
      [tenant, key],
    );
    return row !== undefined;
  }

  async end(manager: EntityManager, { tenant, key }: Derivation, ended: DerivationEnd, now: Date): Promise<void> {
    const { status, costUsd, dropped, problem } = ended;
    await sql(
      manager,
      `UPDATE memory.derivations SET status = $3, cost_usd = $4, dropped = $5, problem = $6, ended_at = $7
       WHERE tenant = $1 AND key = $2 AND status = 'asked'`,
      [tenant, key, status, costUsd, dropped, problem.slice(0, MAX_PROBLEM), now],
    );
  }

  /** The same in a transaction of its own. */
  endNow(derivation: Derivation, ended: DerivationEnd, now: Date): Promise<void> {
    return asTenant(this.dataSource, derivation.tenant, (manager) => this.end(manager, derivation, ended, now));
  }

  /** Some of any tenant that have been under way since before, others each time: those that stand still keep nobody out. */
  async openSince(before: Date): Promise<Derivation[]> {
    const rows = await sql<Row>(
      this.dataSource,
      `SELECT * FROM memory.derivations WHERE status = 'asked' AND asked_at <= $1 ORDER BY random() LIMIT ${ROUND}`,
      [before],
    );
    return rows.map(read);
  }

  async tenantsThatWait(): Promise<string[]> {
    const rows = await sql<{ tenant: string }>(
      this.dataSource,
      `SELECT DISTINCT tenant FROM memory.derivations WHERE status = 'waiting' ORDER BY tenant LIMIT 1000`,
    );
    return rows.map(({ tenant }) => tenant);
  }

  /** Of facts the record stays: it says which episodes were asked about. */
  async forget(before: Date): Promise<void> {
    await sql(this.dataSource, `DELETE FROM memory.derivations WHERE kind <> 'facts' AND ended_at <= $1`, [before]);
  }

  /** In US dollars since the day began, with what the runs under way may still cost. */
  private async spent(manager: EntityManager, tenant: string, agent: string, now: Date): Promise<number> {
    const [row] = await sql<{ spent: number }>(
      manager,
      `SELECT coalesce(sum(CASE status WHEN 'asked' THEN reserved_usd ELSE cost_usd END), 0)::float8 AS spent
       FROM memory.derivations WHERE tenant = $1 AND agent = $2 AND asked_at >= $3 AND status <> 'waiting'`,
      [tenant, agent, dayOf(now)],
    );
    return row?.spent ?? 0;
  }
}

function read(row: Row): Derivation {
  const { scope_id: scopeId, run_id: runId, reserved_usd: reservedUsd, max_usd_per_day: maxUsdPerDay, ...rest } = row;
  const { tenant, key, kind, agent, conversation, episodes, known, status } = rest;
  return {
    tenant,
    key,
    kind,
    agent,
    scopeId,
    conversation,
    episodes,
    known,
    status,
    runId,
    reservedUsd,
    maxUsdPerDay,
  };
}
