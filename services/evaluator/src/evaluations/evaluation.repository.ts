import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { cancelJudgements } from '../judgements/judgement-rows.js';
import { DIVERGED } from '../replays/diverged.js';
import type { Suite, SuiteCase } from '../suite/suite.js';
import { attemptKey } from './attempt.js';

export interface EvaluationRow {
  id: string;
  tenant: string;
  suite: string;
  agent: string;
  backend: string;
  agent_version: string;
  status: string;
  total: number;
  done: number;
  failed: number;
  diverged: number;
  cost_usd: number;
  suite_version: string;
  suite_number: number;
  max_cost_usd: number;
  stopped_because: string;
  judge_cost_usd: number;
  created_at: Date;
  ended_at: Date | null;
}

export interface ResultRow {
  case_id: string;
  repeat: number;
  run_id: string;
  status: string;
  output: JsonValue;
  error: JsonObject | null;
  cost_usd: number;
  duration_ms: number;
  definition: SuiteCase;
  scores: ScoreRow[] | null;
}

export interface ScoreRow {
  scorer: string;
  value: number;
  passed: boolean;
  reason: string;
  errorCode: string;
  judge: string;
  uncalibrated: boolean;
}

/** What one scorer found in one cluster of cases, in sums: scores and passes by the cases' weights. */
export interface SummaryRow {
  scorer: string;
  count: number;
  passed: number;
  weight: number;
  squared_weight: number;
  sum: number;
  squares: number;
  passed_weight: number;
  errors: number;
  uncalibrated: number;
  judges: string[];
  /** Fingerprints of what they were asked. */
  standards: string[];
  /** Of count, those that no judge gave. */
  unjudged: number;
}

export interface NewEvaluation {
  id: string;
  tenant: string;
  suite: Suite;
  /** Content address of the agent's version; the current one where empty. */
  agentVersion: string;
  /** The span that starts it; '' for none. */
  traceparent: string;
  /** 0: no limit. */
  maxCostUsd: number;
  at: Date;
}

/** Evaluations: made, read, cancelled. */
@Injectable()
export class EvaluationRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * The evaluation with all its cases and attempts, or nothing of it; one of this id is left as it is.
   *
   * @returns whether it was made
   */
  create({ id, tenant, suite, agentVersion, traceparent, maxCostUsd, at }: NewEvaluation): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const { name, version, agent, backend, cases, repeats } = suite;
      const total = cases.length * repeats;
      const made = await sql(
        manager,
        `INSERT INTO evaluation.evaluations (id, tenant, suite, suite_version, agent, backend, total, status, traceparent, max_cost_usd,
           created_at, agent_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id`,
        [id, tenant, name, version, agent, backend, total, traceparent, maxCostUsd, at, agentVersion],
      );
      if (made.length === 0) return false;
      const ids = cases.map((item) => item.id);
      await sql(
        manager,
        `INSERT INTO evaluation.evaluation_cases (evaluation_id, case_id, position, definition)
         SELECT $1, c.id, c.position - 1, c.definition::json
         FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS c (id, definition, position)`,
        [id, ids, cases.map((item) => JSON.stringify(item))],
      );
      for (let repeat = 1; repeat <= repeats; repeat += 1) {
        await sql(
          manager,
          `INSERT INTO evaluation.attempts (evaluation_id, case_id, repeat, tenant, position, idempotency_key)
           SELECT $1, c.id, $2, $3, c.position - 1, c.key
           FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS c (id, key, position)`,
          [id, repeat, tenant, ids, ids.map((caseId) => attemptKey({ evaluationId: id, caseId, repeat }))],
        );
      }
      return true;
    });
  }

  async find(tenant: string, id: string): Promise<EvaluationRow | undefined> {
    const rows = await sql<EvaluationRow>(this.dataSource, `${EVALUATIONS} WHERE e.tenant = $1 AND e.id = $2`, [
      tenant,
      id,
    ]);
    return rows[0];
  }

  /** Newest first. */
  list(tenant: string, limit: number): Promise<EvaluationRow[]> {
    return sql<EvaluationRow>(this.dataSource, `${EVALUATIONS} WHERE e.tenant = $1 ORDER BY e.id DESC LIMIT $2`, [
      tenant,
      limit,
    ]);
  }

  async running(): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.dataSource,
      `SELECT id FROM evaluation.evaluations WHERE status = 'running' ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }

  /** In the order of the suite. */
  results(id: string, offset: number, limit: number): Promise<ResultRow[]> {
    return sql<ResultRow>(
      this.dataSource,
      `SELECT a.case_id, a.repeat, a.run_id, a.status, a.output, a.error, a.cost_usd, a.duration_ms, c.definition,
         (SELECT json_agg(json_build_object('scorer', s.scorer, 'value', s.value, 'passed', s.passed, 'reason', s.reason,
              'errorCode', s.error_code, 'judge', s.judge, 'uncalibrated', s.uncalibrated)
            ORDER BY s.position)
          FROM evaluation.scores s
          WHERE s.evaluation_id = a.evaluation_id AND s.case_id = a.case_id AND s.repeat = a.repeat) AS scores
       FROM evaluation.attempts a JOIN evaluation.evaluation_cases c USING (evaluation_id, case_id) WHERE a.evaluation_id = $1
       ORDER BY a.position, a.repeat OFFSET $2 LIMIT $3`,
      [id, offset, limit],
    );
  }

  /** By scorer and cluster; a case without one is a cluster by itself. */
  summary(id: string): Promise<SummaryRow[]> {
    return sql<SummaryRow>(
      this.dataSource,
      `SELECT scorer, count(*) FILTER (WHERE scored)::integer AS count, count(*) FILTER (WHERE scored AND passed)::integer AS passed,
         coalesce(sum(weight) FILTER (WHERE scored), 0) AS weight, coalesce(sum(weight * weight) FILTER (WHERE scored), 0) AS squared_weight,
         coalesce(sum(weight * value) FILTER (WHERE scored), 0) AS sum, coalesce(sum(weight * value * value) FILTER (WHERE scored), 0) AS squares,
         coalesce(sum(weight) FILTER (WHERE scored AND passed), 0) AS passed_weight, count(*) FILTER (WHERE NOT scored)::integer AS errors,
         count(*) FILTER (WHERE scored AND uncalibrated)::integer AS uncalibrated,
         coalesce(array_agg(DISTINCT judge ORDER BY judge) FILTER (WHERE judge <> ''), '{}') AS judges,
         coalesce(array_agg(DISTINCT standard) FILTER (WHERE scored AND judge <> ''), '{}') AS standards,
         count(*) FILTER (WHERE scored AND judge = '')::integer AS unjudged
       FROM (SELECT s.scorer, s.value, s.passed, s.position, s.error_code = '' AS scored, s.uncalibrated, s.judge, s.standard,
               coalesce(c.definition ->> 'cluster', ' ' || s.case_id) AS cluster,
               coalesce((c.definition ->> 'weight')::float8, 1) AS weight,
               min(s.position) OVER (PARTITION BY s.scorer) AS place
             FROM evaluation.scores s JOIN evaluation.evaluation_cases c USING (evaluation_id, case_id)
             WHERE s.evaluation_id = $1) scored
       GROUP BY scorer, cluster ORDER BY min(place), scorer, cluster`,
      [id],
    );
  }

  /** Critical cases of which a run failed, or had a score that did not pass; 100 at most. */
  async criticalFailures(id: string): Promise<string[]> {
    const rows = await sql<{ case_id: string }>(
      this.dataSource,
      `SELECT c.case_id FROM evaluation.evaluation_cases c
       WHERE c.evaluation_id = $1 AND (c.definition ->> 'critical')::boolean AND EXISTS (
         SELECT 1 FROM evaluation.attempts a WHERE a.evaluation_id = $1 AND a.case_id = c.case_id AND (a.status = 'failed' OR EXISTS (
           SELECT 1 FROM evaluation.scores s WHERE s.evaluation_id = $1 AND s.case_id = a.case_id AND s.repeat = a.repeat AND NOT s.passed)))
       ORDER BY c.position LIMIT 100`,
      [id],
    );
    return rows.map(({ case_id }) => case_id);
  }

  scoresOfRun(tenant: string, runId: string): Promise<ScoreRow[]> {
    return sql<ScoreRow>(
      this.dataSource,
      `SELECT scorer, value, passed, reason, error_code AS "errorCode", judge, uncalibrated
       FROM evaluation.scores WHERE tenant = $1 AND run_id = $2 ORDER BY position`,
      [tenant, runId],
    );
  }

  /** Ends a running evaluation and all of it that is open. What has ended stays as it is. */
  cancel(id: string, at: Date): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      const cancelled = await sql(
        manager,
        `UPDATE evaluation.evaluations SET status = 'cancelled', ended_at = $2 WHERE id = $1 AND status = 'running' RETURNING id`,
        [id, at],
      );
      if (cancelled.length === 0) return;
      await sql(
        manager,
        `UPDATE evaluation.attempts SET status = 'cancelled'
         WHERE evaluation_id = $1 AND status IN ('pending', 'published', 'running', 'judging')`,
        [id],
      );
      await cancelJudgements(manager, id);
    });
  }

  /** Runs of a cancelled evaluation of which no end is known. */
  async runsToStop(id: string): Promise<string[]> {
    const rows = await sql<{ run_id: string }>(
      this.dataSource,
      `SELECT a.run_id FROM (
         SELECT tenant, run_id, status, evaluation_id FROM evaluation.attempts
         UNION ALL SELECT tenant, run_id, status, evaluation_id FROM evaluation.judgements
       ) a
       WHERE a.evaluation_id = $1 AND a.status = 'cancelled' AND a.run_id <> ''
         AND NOT EXISTS (SELECT 1 FROM evaluation.outcomes o WHERE o.tenant = a.tenant AND o.run_id = a.run_id)`,
      [id],
    );
    return rows.map(({ run_id }) => run_id);
  }
}

const EVALUATIONS = `
  SELECT e.id, e.tenant, e.suite, e.suite_version, coalesce(v.number, 0) AS suite_number, e.agent, e.backend, e.agent_version, e.status, e.total, e.max_cost_usd,
    e.stopped_because, e.created_at, e.ended_at, a.done, a.failed, a.diverged, a.cost_usd,
    (SELECT coalesce(sum(j.cost_usd), 0) FROM evaluation.judgements j WHERE j.evaluation_id = e.id) AS judge_cost_usd
  FROM evaluation.evaluations e
  LEFT JOIN evaluation.suites v ON v.tenant = e.tenant AND v.name = e.suite AND v.version = e.suite_version
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status IN ('completed', 'failed', 'cancelled'))::integer AS done,
      count(*) FILTER (WHERE status = 'failed' OR EXISTS (
        SELECT 1 FROM evaluation.scores s
        WHERE s.evaluation_id = t.evaluation_id AND s.case_id = t.case_id AND s.repeat = t.repeat AND NOT s.passed
      ))::integer AS failed,
      count(*) FILTER (WHERE status = 'failed' AND error ->> 'code' = '${DIVERGED}')::integer AS diverged,
      coalesce(sum(cost_usd), 0) AS cost_usd
    FROM evaluation.attempts t WHERE evaluation_id = e.id
  ) a`;
