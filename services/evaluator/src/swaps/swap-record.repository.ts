import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { EvaluationFact } from './next-act.js';

/** Recorded runs by which it is told where an agent mostly ran. */
const LAST_RUNS = 200;
/** Days after which an evaluation of the same configuration is no longer taken for what it is now. */
const FRESH_DAYS = 7;

/** Runs of evaluations say where somebody sent them, and not where the agent runs. */
const OF_PEOPLE = `NOT EXISTS (SELECT 1 FROM evaluation.scores s WHERE s.tenant = o.tenant AND s.run_id = o.run_id)`;

/** What the record says to a swap. */
@Injectable()
export class SwapRecordRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Where the agent's last runs were, the backend of most first. */
  backends(tenant: string, agent: string): Promise<{ backend: string; runs: number }[]> {
    return sql(
      this.dataSource,
      `SELECT backend, count(*)::integer AS runs FROM (
         SELECT o.backend FROM evaluation.outcomes o
         WHERE o.tenant = $1 AND o.agent = $2 AND o.backend <> '' AND NOT o.moved AND NOT o.replayed AND ${OF_PEOPLE} ORDER BY o.run_id DESC LIMIT ${LAST_RUNS}
       ) last GROUP BY backend ORDER BY runs DESC, backend`,
      [tenant, agent],
    );
  }

  async recordedRuns(tenant: string, agent: string): Promise<number> {
    const [row] = await sql<{ runs: number }>(
      this.dataSource,
      `SELECT count(*)::integer AS runs FROM (
         SELECT 1 FROM evaluation.outcomes o WHERE o.tenant = $1 AND o.agent = $2 AND o.status = 'completed' AND NOT o.replayed AND ${OF_PEOPLE} LIMIT ${LAST_RUNS}
       ) runs`,
      [tenant, agent],
    );
    return row?.runs ?? 0;
  }

  /**
   * The newest whole evaluation of this suite in this version, of which every run was of this agent version on this backend, and of the
   * backend as it was seen last: none where its profile or model has changed since.
   */
  async freshEvaluation(question: {
    tenant: string;
    agent: string;
    suite: string;
    suiteVersion: string;
    runs: number;
    agentVersion: string;
    backend: string;
    now: Date;
  }): Promise<string | undefined> {
    const { tenant, agent, suite, suiteVersion, runs, agentVersion, backend, now } = question;
    const [row] = await sql<{ id: string }>(
      this.dataSource,
      `WITH latest AS (
         SELECT c.configuration ->> 'profile_version' AS profile, c.configuration ->> 'model' AS model
         FROM evaluation.outcomes o JOIN evaluation.configurations c ON c.tenant = o.tenant AND c.fingerprint = o.configuration
         WHERE o.tenant = $1 AND o.agent = $2 AND o.backend = $7 ORDER BY o.ended_at DESC LIMIT 1
       )
       SELECT e.id FROM evaluation.evaluations e
       WHERE e.tenant = $1 AND e.agent = $2 AND e.suite = $3 AND e.suite_version = $4 AND e.total = $5 AND e.status = 'completed'
         AND e.ended_at > $8::timestamptz - interval '${FRESH_DAYS} days'
         AND NOT EXISTS (
           SELECT 1 FROM evaluation.attempts a
           LEFT JOIN evaluation.outcomes o ON o.tenant = a.tenant AND o.run_id = a.run_id
           LEFT JOIN evaluation.configurations c ON c.tenant = o.tenant AND c.fingerprint = o.configuration
           WHERE a.evaluation_id = e.id AND (c.configuration ->> 'agent_version' IS DISTINCT FROM $6 OR o.backend IS DISTINCT FROM $7 OR o.moved
             OR c.configuration ->> 'profile_version' IS DISTINCT FROM (SELECT profile FROM latest)
             OR c.configuration ->> 'model' IS DISTINCT FROM (SELECT model FROM latest)))
       ORDER BY e.id DESC LIMIT 1`,
      [tenant, agent, suite, suiteVersion, runs, agentVersion, backend, now],
    );
    return row?.id;
  }

  /** How evaluations stand; of those that do not exist nothing. */
  async evaluations(tenant: string, ids: readonly string[]): Promise<Map<string, EvaluationFact & Progress>> {
    const rows = await sql<EvaluationFact & Progress & { id: string }>(
      this.dataSource,
      `SELECT e.id, e.status, e.stopped_because AS "stoppedBecause", e.total,
         (SELECT count(*)::integer FROM evaluation.attempts a
          WHERE a.evaluation_id = e.id AND a.status IN ('completed', 'failed', 'cancelled')) AS done,
         (SELECT coalesce(sum(a.cost_usd), 0) FROM evaluation.attempts a WHERE a.evaluation_id = e.id)
           + (SELECT coalesce(sum(j.cost_usd), 0) FROM evaluation.judgements j WHERE j.evaluation_id = e.id) AS "costUsd"
       FROM evaluation.evaluations e WHERE e.tenant = $1 AND e.id = ANY ($2)`,
      [tenant, [...ids]],
    );
    return new Map(rows.map(({ id, ...fact }) => [id, fact]));
  }

  /** `Configuration`s of the runs of these evaluations, the one of most runs first. */
  async configurations(ids: readonly string[]): Promise<JsonObject[]> {
    const rows = await sql<{ configuration: JsonObject }>(
      this.dataSource,
      `SELECT c.configuration FROM evaluation.configurations c JOIN (
         SELECT o.tenant, o.configuration, count(*) AS runs FROM evaluation.attempts a
         JOIN evaluation.outcomes o ON o.tenant = a.tenant AND o.run_id = a.run_id
         WHERE a.evaluation_id = ANY ($1) AND o.configuration <> '' GROUP BY 1, 2
       ) used ON used.tenant = c.tenant AND used.configuration = c.fingerprint ORDER BY used.runs DESC, c.fingerprint LIMIT 20`,
      [[...ids]],
    );
    return rows.map(({ configuration }) => configuration);
  }
}

export interface Progress {
  total: number;
  done: number;
}
