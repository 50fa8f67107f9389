import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import type { ReadRollout } from './read-rollout.js';
import type { RolloutRow } from './rollout-message.js';
import { lockAgent } from './with-agent.js';

/** What became of a start. */
export type Started =
  | { outcome: 'started' | 'known'; row: RolloutRow }
  /** Another one of the agent is under way. */
  | { outcome: 'running'; row: RolloutRow }
  /** The candidate is the current version. */
  | { outcome: 'current' };

/** How one is to end. */
export interface RolloutEnd {
  /** promoted, rolled_back, stopped. */
  status: string;
  reason: string;
  guardrail: string;
  actor: string;
}

export interface RolloutPage {
  /** Empty: of all tenants. */
  tenant: string;
  agent: string;
  status: string;
  after: string;
  limit: number;
}

const COLUMNS = `tenant, id, agent, baseline, candidate, share, sticky, guardrails, promote_after, status, reason, guardrail, swap,
  fingerprint, started_by, started_at, ended_by, ended_at`;

/** registry.rollouts. */
@Injectable()
export class RolloutsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The agent's current version is what the candidate is held against. */
  start(id: string, rollout: ReadRollout, candidate: string): Promise<Started> {
    const { tenant, agent, key } = rollout;
    return inTransaction(this.dataSource, async (manager) => {
      const baseline = await lockAgent(manager, tenant, agent);
      const known = await byKey(manager, tenant, key);
      if (known) return { outcome: 'known', row: known };
      if (baseline === undefined || baseline === candidate) return { outcome: 'current' };
      const [running] = await sql<RolloutRow>(
        manager,
        `SELECT ${COLUMNS} FROM registry.rollouts WHERE tenant = $1 AND agent = $2 AND status = 'running'`,
        [tenant, agent],
      );
      if (running) return { outcome: 'running', row: running };
      const row = await insert(manager, id, { ...rollout, baseline, candidate });
      if (row) return { outcome: 'started', row };
      // A start of another agent's rollout had the key, and was faster.
      const other = await byKey(manager, tenant, key);
      if (!other) throw new TypeError('A rollout has the key and is not there');
      return { outcome: 'known', row: other };
    });
  }

  async findByKey(tenant: string, key: string): Promise<RolloutRow | undefined> {
    return byKey(this.dataSource.manager, tenant, key);
  }

  async get(tenant: string, id: string): Promise<RolloutRow | undefined> {
    const [row] = await sql<RolloutRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.rollouts WHERE tenant = $1 AND id = $2`,
      [tenant, id],
    );
    return row;
  }

  /** Newest first: ids sort by the time of their making. */
  list({ tenant, agent, status, after, limit }: RolloutPage): Promise<RolloutRow[]> {
    return sql<RolloutRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.rollouts
       WHERE ($1 = '' OR tenant = $1) AND ($2 = '' OR agent = $2) AND ($3 = '' OR status = $3) AND ($4 = '' OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [tenant, agent, status, after, limit],
    );
  }

  /** Undefined where it is not under way. */
  async change(tenant: string, id: string, share: number): Promise<RolloutRow | undefined> {
    const [row] = await sql<RolloutRow>(
      this.dataSource,
      `UPDATE registry.rollouts SET share = $3 WHERE tenant = $1 AND id = $2 AND status = 'running' RETURNING ${COLUMNS}`,
      [tenant, id, share],
    );
    return row;
  }

  /**
   * Ends a rollout, once: one that has ended stays as it ended. A promotion makes the candidate the current version in the
   * same commit, and only where nobody has applied another one; else the rollout is stopped, and nothing else changes.
   *
   * @returns undefined where there is none
   */
  end(tenant: string, id: string, end: RolloutEnd): Promise<{ row: RolloutRow; isNew: boolean } | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const which = `FROM registry.rollouts WHERE tenant = $1 AND id = $2`;
      const [found] = await sql<{ agent: string }>(manager, `SELECT agent ${which}`, [tenant, id]);
      if (!found) return undefined;
      const current = await lockAgent(manager, tenant, found.agent);
      const [row] = await sql<RolloutRow>(manager, `SELECT ${COLUMNS} ${which} FOR UPDATE`, [tenant, id]);
      if (!row) return undefined;
      if (row.status !== 'running') return { row, isNew: false };
      const decided = current === row.baseline ? end : overruled(end);
      if (decided.status === 'promoted')
        await sql(
          manager,
          'UPDATE registry.agents SET version = $3, updated_at = now() WHERE tenant = $1 AND name = $2',
          [tenant, row.agent, row.candidate],
        );
      const { status, reason, guardrail, actor } = decided;
      const [ended] = await sql<RolloutRow>(
        manager,
        `UPDATE registry.rollouts SET status = $3, reason = $4, guardrail = $5, ended_by = $6, ended_at = clock_timestamp()
         WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`,
        [tenant, id, status, reason, guardrail, actor],
      );
      return { row: ended ?? row, isNew: true };
    });
  }
}

/** Somebody has applied another version than the one that the candidate was held against. */
function overruled(end: RolloutEnd): RolloutEnd {
  if (end.status !== 'promoted') return end;
  const reason = `not promoted, because another version than the baseline is current by now${end.reason === '' ? '' : ` (${end.reason})`}`;
  return { ...end, status: 'stopped', reason };
}

async function byKey(manager: EntityManager, tenant: string, key: string | null): Promise<RolloutRow | undefined> {
  if (key === null) return undefined;
  const [row] = await sql<RolloutRow>(
    manager,
    `SELECT ${COLUMNS} FROM registry.rollouts WHERE tenant = $1 AND idempotency_key = $2`,
    [tenant, key],
  );
  return row;
}

/** Undefined where the key is taken. */
async function insert(
  manager: EntityManager,
  id: string,
  rollout: ReadRollout & { baseline: string; candidate: string },
): Promise<RolloutRow | undefined> {
  const { tenant, agent, baseline, candidate, share, sticky, guardrails, promoteAfter, swap, key, fingerprint, actor } =
    rollout;
  const [row] = await sql<RolloutRow>(
    manager,
    `INSERT INTO registry.rollouts (tenant, id, agent, baseline, candidate, share, sticky, guardrails, promote_after, swap,
       idempotency_key, fingerprint, status, reason, guardrail, started_by, started_at, ended_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, 'running', '', '', $13, clock_timestamp(), '')
     ON CONFLICT (tenant, idempotency_key) DO NOTHING RETURNING ${COLUMNS}`,
    [
      ...[tenant, id, agent, baseline, candidate, share, sticky, JSON.stringify(guardrails), promoteAfter, swap],
      ...[key, fingerprint, actor],
    ],
  );
  return row;
}
