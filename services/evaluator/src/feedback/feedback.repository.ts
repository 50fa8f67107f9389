import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { RATING, type Said } from './check-feedback.js';

/** Something said, as it is kept. */
export interface FeedbackRow {
  id: string;
  run_id: string;
  agent: string;
  name: string;
  value: number | null;
  comment: string;
  by: string;
  at: Date;
  recorded_at: Date;
  /** The same person said something later. */
  revised: boolean;
}

export interface NewFeedback extends Said {
  id: string;
  agent: string;
  recordedAt: Date;
}

export interface FeedbackFilter {
  runId: string;
  agent: string;
  revisions: boolean;
  limit: number;
}

/** Of one configuration and one name; a run of which several spoke counts once, with their mean. */
export interface FeedbackSumRow {
  configuration: string;
  name: string;
  count: number;
  mean: number;
}

/** The last word of each person on each name of a run. Two at one moment: the one that was recorded last. */
const LAST_WORD = 'PARTITION BY tenant, run_id, name, by ORDER BY at DESC, recorded_at DESC, id DESC';
/** As an expression over `evaluation.outcomes o`: the mean of what people say a run was worth; null where nobody does. */
export const RATING_OF_RUN = `(SELECT avg(value) FROM (
    SELECT value, row_number() OVER (${LAST_WORD}) AS nth FROM evaluation.feedback f
    WHERE f.tenant = o.tenant AND f.run_id = o.run_id AND f.name = '${RATING}') words WHERE nth = 1)`;
const COLUMNS = 'id, run_id, agent, name, value, comment, by, at, recorded_at';

@Injectable()
export class FeedbackRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns whether it is new: the same id is kept once */
  async add({ tenant, id, runId, agent, name, value, comment, by, at, recordedAt }: NewFeedback): Promise<boolean> {
    const added = await sql(
      this.dataSource,
      // The outcome's row is written also where it says so already: who learns of it waits for this word.
      `WITH added AS (
         INSERT INTO evaluation.feedback (tenant, id, run_id, agent, name, value, comment, by, at, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id
       ), due AS (
         UPDATE evaluation.outcomes SET routing_due = coalesce(routing_due, 'feedback')
         WHERE tenant = $1 AND run_id = $3 AND $5 = '${RATING}' AND EXISTS (SELECT FROM added)
       ) SELECT id FROM added`,
      [tenant, id, runId, agent, name, value, comment, by, at, recordedAt],
    );
    return added.length > 0;
  }

  async find(tenant: string, id: string): Promise<FeedbackRow | undefined> {
    const [row] = await sql<FeedbackRow>(
      this.dataSource,
      `SELECT * FROM (SELECT ${COLUMNS}, row_number() OVER (${LAST_WORD}) > 1 AS revised FROM evaluation.feedback
         WHERE tenant = $1 AND run_id = (SELECT run_id FROM evaluation.feedback WHERE tenant = $1 AND id = $2)) f WHERE id = $2`,
      [tenant, id],
    );
    return row;
  }

  /** What was recorded last first. */
  list(tenant: string, { runId, agent, revisions, limit }: FeedbackFilter): Promise<FeedbackRow[]> {
    return sql<FeedbackRow>(
      this.dataSource,
      `SELECT * FROM (SELECT ${COLUMNS}, row_number() OVER (${LAST_WORD}) > 1 AS revised FROM evaluation.feedback
         WHERE tenant = $1 AND ($2 = '' OR run_id = $2) AND ($3 = '' OR agent = $3)) f
       WHERE $4 OR (NOT revised AND value IS NOT NULL) ORDER BY recorded_at DESC, id DESC LIMIT $5`,
      [tenant, runId, agent, revisions, limit],
    );
  }

  /** What counts, by configuration and name. */
  sums(tenant: string, agent: string, taskClass: string): Promise<FeedbackSumRow[]> {
    return sql<FeedbackSumRow>(
      this.dataSource,
      `SELECT configuration, name, count(*)::integer AS count, avg(value) AS mean FROM (
         SELECT o.configuration, f.name, f.run_id, avg(f.value) AS value
         FROM (SELECT tenant, run_id, name, value, row_number() OVER (${LAST_WORD}) AS nth FROM evaluation.feedback
               WHERE tenant = $1 AND ($2 = '' OR agent = $2)) f
         JOIN evaluation.outcomes o ON o.tenant = f.tenant AND o.run_id = f.run_id AND NOT o.moved AND NOT o.replayed
           AND ($3 = '' OR o.task_class = $3)
         WHERE f.nth = 1 AND f.value IS NOT NULL GROUP BY o.configuration, f.name, f.run_id
       ) runs GROUP BY configuration, name ORDER BY configuration, name`,
      [tenant, agent, taskClass],
    );
  }
}
