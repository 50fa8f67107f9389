import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { GroupCommit, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { RATING_OF_RUN } from '../feedback/feedback.repository.js';
import type { EndedRun } from './ended-run.js';
import { insertOutcomes } from './insert-outcomes.js';

export interface OutcomeRow {
  run_id: string;
  agent: string;
  configuration: string;
  status: string;
  error: JsonObject | null;
  usage: JsonObject | null;
  cost_usd: number;
  duration_ms: number;
  turns: number;
  tool_calls: number;
  retries: number;
  repairs: number;
  overrides: number;
  redrive_of: string;
  task_class: string;
  user_id: string;
  thread: string;
  moved: boolean;
  rollout: string;
  rollout_arm: string;
  replayed: boolean;
  started_at: Date | null;
  ended_at: Date;
}

/** One configuration with the sums over its runs. */
export interface ConfigurationRow {
  agent: string;
  configuration: JsonObject;
  runs: number;
  completed: number;
  failed: number;
  cancelled: number;
  overridden: number;
  mean_retries: number;
  mean_repairs: number;
  mean_cost: number;
  p50: number;
  p95: number;
  first_seen: Date;
  last_seen: Date;
}

export interface NewConfiguration {
  tenant: string;
  fingerprint: string;
  agent: string;
  configuration: JsonObject;
  at: Date;
}

/** Configurations that one listing shows: the ones that ran last. */
const LISTED = 200;

/** The record of configurations and of how their runs ended. */
@Injectable()
export class OutcomeRepository {
  private readonly together: GroupCommit<EndedRun, boolean>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.together = new GroupCommit({
      flush: async (runs) => (await insertOutcomes(dataSource, runs)).map((value) => ({ status: 'fulfilled', value })),
    });
  }

  /** Keeps a configuration with all its parts, in place of what an outcome knew of it. */
  async keepConfiguration({ tenant, fingerprint, agent, configuration, at }: NewConfiguration): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO evaluation.configurations AS c (tenant, fingerprint, agent, configuration, first_seen)
       VALUES ($1, $2, $3, $4::json, $5)
       ON CONFLICT (tenant, fingerprint) DO UPDATE
         SET configuration = excluded.configuration, first_seen = least(c.first_seen, excluded.first_seen)`,
      [tenant, fingerprint, agent, JSON.stringify(configuration), at],
    );
  }

  /**
   * Together with what else ends at the same time: a commit for each would be what the record can keep up with.
   *
   * @param on what it is to be committed with; then it waits for no others
   * @returns whether it was new: told again, an outcome changes nothing
   */
  async record(run: EndedRun, on?: EntityManager): Promise<boolean> {
    if (on === undefined) return this.together.submit(run);
    const [isNew = false] = await insertOutcomes(on, [run]);
    return isNew;
  }

  /** Of these runs, those that tell something, and those that went well: a person's word on a run counts before its end. */
  async shareOfGood(tenant: string, runIds: readonly string[]): Promise<{ runs: number; good: number }> {
    const [row] = await sql<{ runs: number; good: number }>(
      this.dataSource,
      `SELECT count(*)::integer AS runs, count(*) FILTER (WHERE good)::integer AS good FROM (
         SELECT coalesce(rating >= 0.5, status = 'completed') AS good FROM (
           SELECT o.status, ${RATING_OF_RUN} AS rating FROM evaluation.outcomes o
           WHERE o.tenant = $1 AND o.run_id = ANY ($2) AND NOT o.replayed
         ) ended WHERE status <> 'cancelled' OR rating IS NOT NULL
       ) told`,
      [tenant, [...runIds]],
    );
    return row ?? { runs: 0, good: 0 };
  }

  async find(tenant: string, runId: string): Promise<OutcomeRow | undefined> {
    const rows = await sql<OutcomeRow>(
      this.dataSource,
      `SELECT run_id, agent, configuration, status, error, usage, cost_usd, duration_ms, turns, tool_calls, retries, repairs,
         overrides, redrive_of, task_class, user_id, thread, moved, rollout, rollout_arm,
         replayed, started_at, ended_at
       FROM evaluation.outcomes WHERE tenant = $1 AND run_id = $2`,
      [tenant, runId],
    );
    return rows[0];
  }

  /**
   * Those that ran last first. A run that was moved between backends counts for none: its turns were of several, and its
   * journal says which; nor does one whose calls were answered from a record. Durations are those of completed runs: a run that failed at once was not quick.
   */
  configurations(tenant: string, agent: string, taskClass: string): Promise<ConfigurationRow[]> {
    return sql<ConfigurationRow>(
      this.dataSource,
      `SELECT c.agent, c.configuration, c.first_seen, coalesce(max(o.ended_at), c.first_seen) AS last_seen,
         count(o.run_id)::integer AS runs,
         count(*) FILTER (WHERE o.status = 'completed')::integer AS completed,
         count(*) FILTER (WHERE o.status = 'failed')::integer AS failed,
         count(*) FILTER (WHERE o.status = 'cancelled')::integer AS cancelled,
         count(*) FILTER (WHERE o.status <> 'cancelled' AND o.overrides > 0)::integer AS overridden,
         coalesce(avg(o.retries) FILTER (WHERE o.status <> 'cancelled'), 0)::float8 AS mean_retries,
         coalesce(avg(o.repairs) FILTER (WHERE o.status <> 'cancelled'), 0)::float8 AS mean_repairs,
         coalesce(avg(o.cost_usd), 0) AS mean_cost,
         coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY o.duration_ms) FILTER (WHERE o.status = 'completed'), 0) AS p50,
         coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY o.duration_ms) FILTER (WHERE o.status = 'completed'), 0) AS p95
       FROM evaluation.configurations c
       LEFT JOIN evaluation.outcomes o ON o.tenant = c.tenant AND o.configuration = c.fingerprint
         AND NOT o.moved AND NOT o.replayed
         AND ($3 = '' OR o.task_class = $3)
       WHERE c.tenant = $1 AND ($2 = '' OR c.agent = $2)
       GROUP BY c.tenant, c.fingerprint HAVING $3 = '' OR count(o.run_id) > 0
       ORDER BY last_seen DESC, c.fingerprint LIMIT ${LISTED}`,
      [tenant, agent, taskClass],
    );
  }
}
