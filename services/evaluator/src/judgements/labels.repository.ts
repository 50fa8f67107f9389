import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { Labels } from './calibration-rule.js';
import type { JudgeIdentity } from './judge-calibration.js';

/** A judge that has given scores. */
export interface JudgeRow extends JudgeIdentity {
  agent: string;
  scores: number;
}

/** Judges that one listing shows: those that scored most. */
const LISTED = 100;

/**
 * Labels of judges: what people said of judged runs, as feedback under the scorer's name. Nothing of its own is stored; who
 * revises what was said revises the label.
 */
@Injectable()
export class LabelsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * How often a judge agreed with people, of runs that they found right and of those that they did not. A run counts once,
   * by the mean of those who spoke of it, right from 0.5 on; judged several times, by each score.
   *
   * @param since labels given earlier do not count
   */
  async of({ tenant, scorer, standard, configuration }: JudgeIdentity, since: Date): Promise<Labels> {
    const [row] = await sql<LabelsRow>(
      this.dataSource,
      `SELECT count(*) FILTER (WHERE label >= 0.5)::integer AS right_cases,
         count(*) FILTER (WHERE label >= 0.5 AND passed)::integer AS right_agreed,
         count(*) FILTER (WHERE label < 0.5)::integer AS wrong_cases,
         count(*) FILTER (WHERE label < 0.5 AND NOT passed)::integer AS wrong_agreed
       FROM (
         SELECT s.passed, l.label FROM evaluation.scores s
         JOIN LATERAL (
           SELECT avg(value) AS label FROM (
             SELECT DISTINCT ON (by) value, at FROM evaluation.feedback f
             WHERE f.tenant = s.tenant AND f.run_id = s.run_id AND f.name = s.scorer
             ORDER BY by, at DESC, recorded_at DESC, id DESC
           ) said WHERE value IS NOT NULL AND at >= $5
         ) l ON l.label IS NOT NULL
         WHERE s.tenant = $1 AND s.judge = $2 AND s.scorer = $3 AND s.standard = $4 AND s.error_code = ''
           AND NOT EXISTS (SELECT FROM evaluation.outcomes o WHERE o.tenant = s.tenant AND o.run_id = s.run_id AND o.replayed)
       ) labelled`,
      [tenant, configuration, scorer, standard, since],
    );
    return {
      right: { cases: row?.right_cases ?? 0, agreed: row?.right_agreed ?? 0 },
      wrong: { cases: row?.wrong_cases ?? 0, agreed: row?.wrong_agreed ?? 0 },
    };
  }

  /** Those that have given scores. @param scorer empty: of any name */
  judges(tenant: string, scorer: string): Promise<JudgeRow[]> {
    return sql<JudgeRow>(
      this.dataSource,
      `SELECT s.tenant, s.scorer, s.standard, s.judge AS configuration, coalesce(max(c.agent), '') AS agent,
         count(*)::integer AS scores
       FROM evaluation.scores s
       LEFT JOIN evaluation.configurations c ON c.tenant = s.tenant AND c.fingerprint = s.judge
       WHERE s.tenant = $1 AND s.judge <> '' AND ($2 = '' OR s.scorer = $2) AND s.error_code = ''
       GROUP BY s.tenant, s.scorer, s.standard, s.judge ORDER BY scores DESC, s.scorer, s.judge, s.standard LIMIT ${LISTED}`,
      [tenant, scorer],
    );
  }
}

interface LabelsRow {
  right_cases: number;
  right_agreed: number;
  wrong_cases: number;
  wrong_agreed: number;
}
