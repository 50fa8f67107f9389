import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { Suite } from '../suite/suite.js';
import { attemptKey } from './attempt.js';

export interface EvaluationRow {
  id: string;
  tenant: string;
  suite: string;
  agent: string;
  backend: string;
  status: string;
  total: number;
  done: number;
  failed: number;
  cost_usd: number;
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
  scores: ScoreRow[] | null;
}

export interface ScoreRow {
  scorer: string;
  value: number;
  passed: boolean;
  reason: string;
}

export interface SummaryRow {
  scorer: string;
  count: number;
  passed: number;
  mean: number;
}

export interface NewEvaluation {
  id: string;
  tenant: string;
  suite: Suite;
  /** The span that starts it; '' for none. */
  traceparent: string;
  at: Date;
}

/** Evaluations: made, read, cancelled. */
@Injectable()
export class EvaluationRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The evaluation with all its cases and attempts, or nothing of it. */
  create({ id, tenant, suite, traceparent, at }: NewEvaluation): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      const { name, agent, backend, cases, repeats } = suite;
      await sql(
        manager,
        `INSERT INTO evaluation.evaluations (id, tenant, suite, agent, backend, total, status, traceparent, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8)`,
        [id, tenant, name, agent, backend, cases.length * repeats, traceparent, at],
      );
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
      `SELECT a.case_id, a.repeat, a.run_id, a.status, a.output, a.error, a.cost_usd, a.duration_ms,
         (SELECT json_agg(json_build_object('scorer', s.scorer, 'value', s.value, 'passed', s.passed, 'reason', s.reason)
            ORDER BY s.position)
          FROM evaluation.scores s
          WHERE s.evaluation_id = a.evaluation_id AND s.case_id = a.case_id AND s.repeat = a.repeat) AS scores
       FROM evaluation.attempts a WHERE a.evaluation_id = $1
       ORDER BY a.position, a.repeat OFFSET $2 LIMIT $3`,
      [id, offset, limit],
    );
  }

  summary(id: string): Promise<SummaryRow[]> {
    return sql<SummaryRow>(
      this.dataSource,
      `SELECT scorer, count(*)::integer AS count, count(*) FILTER (WHERE passed)::integer AS passed, avg(value) AS mean
       FROM evaluation.scores WHERE evaluation_id = $1 GROUP BY scorer ORDER BY min(position), scorer`,
      [id],
    );
  }

  scoresOfRun(tenant: string, runId: string): Promise<ScoreRow[]> {
    return sql<ScoreRow>(
      this.dataSource,
      'SELECT scorer, value, passed, reason FROM evaluation.scores WHERE tenant = $1 AND run_id = $2 ORDER BY position',
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
         WHERE evaluation_id = $1 AND status IN ('pending', 'published', 'running')`,
        [id],
      );
    });
  }

  /** Runs of a cancelled evaluation of which no end is known. */
  async runsToStop(id: string): Promise<string[]> {
    const rows = await sql<{ run_id: string }>(
      this.dataSource,
      `SELECT a.run_id FROM evaluation.attempts a
       WHERE a.evaluation_id = $1 AND a.status = 'cancelled' AND a.run_id <> ''
         AND NOT EXISTS (SELECT 1 FROM evaluation.outcomes o WHERE o.tenant = a.tenant AND o.run_id = a.run_id)`,
      [id],
    );
    return rows.map(({ run_id }) => run_id);
  }
}

const EVALUATIONS = `
  SELECT e.id, e.tenant, e.suite, e.agent, e.backend, e.status, e.total, e.created_at, e.ended_at, a.done, a.failed, a.cost_usd
  FROM evaluation.evaluations e
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status IN ('completed', 'failed', 'cancelled'))::integer AS done,
      count(*) FILTER (WHERE status = 'failed' OR EXISTS (
        SELECT 1 FROM evaluation.scores s
        WHERE s.evaluation_id = t.evaluation_id AND s.case_id = t.case_id AND s.repeat = t.repeat AND NOT s.passed
      ))::integer AS failed,
      coalesce(sum(cost_usd), 0) AS cost_usd
    FROM evaluation.attempts t WHERE evaluation_id = e.id
  ) a`;
