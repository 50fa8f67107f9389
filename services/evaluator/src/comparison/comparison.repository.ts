import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { ComparedCase, ComparedScore } from './compared-case.js';

interface CaseRow {
  id: string;
  content: string;
  cluster: string | null;
  weight: number;
  critical: boolean;
  repeat: number;
  failed: boolean;
  error: string;
  cost_usd: number;
  duration_ms: number;
  scores: ComparedScore[] | null;
}

/** Earlier evaluations among which a baseline is looked for. */
const LOOKED_THROUGH = 100;

/** Evaluations as they are compared: all that was measured, and nothing of what was said. */
@Injectable()
export class ComparisonRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** In the order of the suite; of each case the runs that completed or failed. */
  async cases(evaluationId: string): Promise<ComparedCase[]> {
    const rows = await sql<CaseRow>(
      this.dataSource,
      `SELECT a.case_id AS id, a.repeat, a.status = 'failed' AS failed, a.cost_usd, a.duration_ms,
         coalesce(a.error ->> 'code', '') AS error,
         md5(concat_ws(E'\\n', c.definition -> 'input', c.definition -> 'expected', c.definition -> 'rubric')) AS content,
         c.definition ->> 'cluster' AS cluster, coalesce((c.definition ->> 'weight')::float8, 1) AS weight,
         coalesce((c.definition ->> 'critical')::boolean, false) AS critical,
         (SELECT json_agg(json_build_object('scorer', s.scorer, 'value', s.value, 'passed', s.passed, 'reason', s.reason,
              'errorCode', s.error_code, 'uncalibrated', s.uncalibrated,
              'judge', s.judge || s.standard,
              'rule', (SELECT md5(o.value::text) FROM json_array_elements(c.definition -> 'scorers') o
                WHERE o.value ->> 'name' = s.scorer)) ORDER BY s.position, s.scorer)
          FROM evaluation.scores s
          WHERE s.evaluation_id = a.evaluation_id AND s.case_id = a.case_id AND s.repeat = a.repeat) AS scores
       FROM evaluation.attempts a JOIN evaluation.evaluation_cases c USING (evaluation_id, case_id)
       WHERE a.evaluation_id = $1 AND a.status IN ('completed', 'failed')
       ORDER BY a.position, a.case_id, a.repeat`,
      [evaluationId],
    );
    const cases = new Map<string, ComparedCase>();
    for (const row of rows) {
      const { id, content, cluster, weight, critical } = row;
      const own = cases.get(id) ?? { id, content, cluster: cluster ?? undefined, weight, critical, runs: [] };
      cases.set(id, own);
      const { repeat, failed, error, cost_usd: costUsd, duration_ms: durationMs, scores } = row;
      own.runs.push({ repeat, failed, error, costUsd, durationMs, scores: scores ?? [] });
    }
    return [...cases.values()];
  }

  /** Fingerprints of the configurations that its runs had. */
  async configurations(evaluationId: string): Promise<string[]> {
    const rows = await sql<{ configurations: string[] }>(
      this.dataSource,
      `SELECT ${CONFIGURATIONS} AS configurations FROM evaluation.evaluations e WHERE e.id = $1`,
      [evaluationId],
    );
    return rows[0]?.configurations ?? [];
  }

  /**
   * The newest completed evaluation of the same suite and agent before this one; one with another configuration or backend comes before
   * any that has the same.
   */
  async baselineFor(tenant: string, candidate: string): Promise<{ id: string; other: boolean } | undefined> {
    const rows = await sql<{ id: string; other: boolean }>(
      this.dataSource,
      `WITH candidate AS (
         SELECT e.*, ${CONFIGURATIONS} AS configurations FROM evaluation.evaluations e WHERE e.tenant = $1 AND e.id = $2
       ), earlier AS (
         SELECT e.* FROM evaluation.evaluations e JOIN candidate c ON e.tenant = c.tenant AND e.suite = c.suite AND e.agent = c.agent
         WHERE e.status = 'completed' AND e.id < c.id ORDER BY e.id DESC LIMIT ${LOOKED_THROUGH}
       )
       SELECT e.id, (e.backend <> c.backend OR ${CONFIGURATIONS} <> c.configurations) AS other
       FROM earlier e CROSS JOIN candidate c ORDER BY other DESC, e.id DESC LIMIT 1`,
      [tenant, candidate],
    );
    return rows[0];
  }
}

/** Of an evaluation "e". */
const CONFIGURATIONS = `(
  SELECT coalesce(array_agg(DISTINCT o.configuration ORDER BY o.configuration), '{}')
  FROM evaluation.attempts t JOIN evaluation.outcomes o ON o.tenant = t.tenant AND o.run_id = t.run_id
  WHERE t.evaluation_id = e.id AND o.configuration <> '')`;
