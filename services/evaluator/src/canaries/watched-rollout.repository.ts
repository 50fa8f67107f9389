import { Inject, Injectable } from '@nestjs/common';
import { RolloutSchema, timestampDate, toWire, type JsonObject, type Rollout } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import type { Decision, Found } from './decide.js';
import type { ShareSpan } from './share-span.js';

/** A rollout as it is watched. */
export interface WatchedRolloutRow {
  tenant: string;
  id: string;
  status: string;
  rollout: JsonObject;
  shares: ShareSpan[];
  /** Empty while nothing is decided. */
  decision: '' | Decision['status'];
  decision_guardrail: string;
  decision_reason: string;
  candidate_exposures: number;
  baseline_exposures: number;
  last_run_at: Date | null;
  started_at: Date;
  ended_at: Date | null;
  looked_at: Date;
}

export interface FindingRow {
  rollout: string;
  guardrail: string;
  candidate_exposures: number;
  baseline_exposures: number;
  candidate_mean: number;
  baseline_mean: number;
  low: number | null;
  high: number | null;
  verdict: string;
  note: string;
  more_exposures: number | null;
  decided_at: Date | null;
}

/** What a look at one rollout came to. */
export interface Looked {
  found: readonly Found[];
  candidate: number;
  baseline: number;
  lastRunAt: Date | null;
  at: Date;
}

const COLUMNS = `tenant, id, status, rollout, shares, decision, decision_guardrail, decision_reason, candidate_exposures,
  baseline_exposures, last_run_at, started_at, ended_at, looked_at`;
/** Rollouts that are asked after at once. */
const OPEN = 1_000;

/** Keeps which rollouts are watched, and what was found and decided of them. */
@Injectable()
export class WatchedRolloutRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Notes that the router told of a rollout under way; one that has ended stays as it ended, whoever heard of it late. */
  seen(rollout: Rollout, at: Date, spans: (known: readonly ShareSpan[]) => ShareSpan[]): Promise<WatchedRolloutRow> {
    return inTransaction(this.dataSource, async (manager) => {
      const { tenant, id, agent, candidate } = rollout;
      const startedAt = rollout.startedAt ? timestampDate(rollout.startedAt) : at;
      await sql(
        manager,
        `INSERT INTO evaluation.rollouts (tenant, id, agent, candidate, status, rollout, shares, started_at, looked_at)
         VALUES ($1, $2, $3, $4, 'running', '{}', '[]', $5, $6) ON CONFLICT DO NOTHING`,
        [tenant, id, agent, candidate, startedAt, at],
      );
      const known = await this.row(manager, tenant, id, 'FOR UPDATE');
      if (known.ended_at) return known;
      const shares = spans(known.shares);
      await sql(
        manager,
        'UPDATE evaluation.rollouts SET rollout = $3::json, shares = $4::json WHERE tenant = $1 AND id = $2',
        [tenant, id, JSON.stringify(toWire(RolloutSchema, rollout)), JSON.stringify(shares)],
      );
      return { ...known, shares };
    });
  }

  /** What was found at a look; harm that was found once stays as it was. */
  async keep(tenant: string, id: string, { found, candidate, baseline, lastRunAt, at }: Looked): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `UPDATE evaluation.rollouts SET candidate_exposures = $3, baseline_exposures = $4, last_run_at = $5, looked_at = $6
         WHERE tenant = $1 AND id = $2 AND decision = ''`,
        [tenant, id, candidate, baseline, lastRunAt, at],
      );
      for (const each of found) await keepFinding(manager, tenant, id, each, at);
    });
  }

  async lookedAt(tenant: string, id: string, at: Date): Promise<void> {
    await sql(this.dataSource, 'UPDATE evaluation.rollouts SET looked_at = $3 WHERE tenant = $1 AND id = $2', [
      tenant,
      id,
      at,
    ]);
  }

  /** Decides once. @returns the decision that stands: another replica may have been first. */
  async decide(tenant: string, id: string, { status, guardrail, reason }: Decision, at: Date): Promise<Decision> {
    await sql(
      this.dataSource,
      `UPDATE evaluation.rollouts SET decision = $3, decision_guardrail = $4, decision_reason = $5, decided_at = $6
       WHERE tenant = $1 AND id = $2 AND decision = ''`,
      [tenant, id, status, guardrail, reason, at],
    );
    const row = await this.row(this.dataSource, tenant, id);
    return decisionOf(row) ?? { status, guardrail, reason };
  }

  /** Notes how a rollout ended by the router's word. */
  async ended(rollout: Rollout, at: Date): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE evaluation.rollouts SET status = $3, rollout = $4::json, ended_at = $5
       WHERE tenant = $1 AND id = $2 AND ended_at IS NULL`,
      [
        ...[rollout.tenant, rollout.id, rollout.status, JSON.stringify(toWire(RolloutSchema, rollout))],
        rollout.endedAt ? timestampDate(rollout.endedAt) : at,
      ],
    );
  }

  /** Those whose end was not heard of, of all tenants. */
  open(): Promise<WatchedRolloutRow[]> {
    return sql<WatchedRolloutRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.rollouts WHERE ended_at IS NULL ORDER BY started_at, id LIMIT ${OPEN}`,
      [],
    );
  }

  async find(tenant: string, id: string): Promise<WatchedRolloutRow | undefined> {
    const [row] = await sql<WatchedRolloutRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.rollouts WHERE tenant = $1 AND id = $2`,
      [tenant, id],
    );
    return row;
  }

  /** Those that began last first. @param agent, status empty: any */
  list(tenant: string, agent: string, status: string, limit: number): Promise<WatchedRolloutRow[]> {
    return sql<WatchedRolloutRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.rollouts
       WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND ($3 = '' OR status = $3) ORDER BY started_at DESC, id DESC LIMIT $4`,
      [tenant, agent, status, limit],
    );
  }

  findings(tenant: string, rollouts: readonly string[]): Promise<FindingRow[]> {
    return sql<FindingRow>(
      this.dataSource,
      `SELECT rollout, guardrail, candidate_exposures, baseline_exposures, candidate_mean, baseline_mean, low, high, verdict, note,
         more_exposures, decided_at
       FROM evaluation.canaries WHERE tenant = $1 AND rollout = ANY ($2)`,
      [tenant, [...rollouts]],
    );
  }

  private async row(on: DataSource | EntityManager, tenant: string, id: string, lock = ''): Promise<WatchedRolloutRow> {
    const [row] = await sql<WatchedRolloutRow>(
      on,
      `SELECT ${COLUMNS} FROM evaluation.rollouts WHERE tenant = $1 AND id = $2 ${lock}`,
      [tenant, id],
    );
    if (row === undefined) throw new Error(`Rollout ${id} is not watched although it was noted before.`);
    return row;
  }
}

/** Undefined while nothing is decided. */
export function decisionOf(row: WatchedRolloutRow): Decision | undefined {
  if (row.decision === '') return undefined;
  return { status: row.decision, guardrail: row.decision_guardrail, reason: row.decision_reason };
}

async function keepFinding(manager: EntityManager, tenant: string, id: string, each: Found, at: Date): Promise<void> {
  const { candidate, baseline, interval, verdict, note, moreExposures } = each.finding;
  await sql(
    manager,
    `INSERT INTO evaluation.canaries AS c (tenant, rollout, guardrail, candidate_exposures, baseline_exposures, candidate_mean,
       baseline_mean, low, high, verdict, note, more_exposures, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (tenant, rollout, guardrail) DO UPDATE SET candidate_exposures = excluded.candidate_exposures,
       baseline_exposures = excluded.baseline_exposures, candidate_mean = excluded.candidate_mean,
       baseline_mean = excluded.baseline_mean, low = excluded.low, high = excluded.high, verdict = excluded.verdict,
       note = excluded.note, more_exposures = excluded.more_exposures, decided_at = excluded.decided_at
     WHERE c.decided_at IS NULL`,
    [
      ...[tenant, id, each.guardrail.name, candidate.exposures, baseline.exposures, candidate.mean, baseline.mean],
      ...[interval?.low ?? null, interval?.high ?? null, verdict, note, moreExposures ?? null],
      verdict === 'harm' ? at : null,
    ],
  );
}
