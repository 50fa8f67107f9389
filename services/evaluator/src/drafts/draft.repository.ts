import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { RATING_OF_RUN } from '../feedback/feedback.repository.js';
import type { Belonging, FirstRun } from './clusters.js';

export interface RecordedRun extends Belonging {
  runId: string;
}

export interface RunFilter {
  agent: string;
  status: string;
  /** Empty: any. */
  taskClass: string;
  /** Undefined: rated or not. */
  minRating: number | undefined;
  /** Only older runs; empty: from the newest. */
  before: string;
  limit: number;
}

interface RunRow {
  run_id: string;
  thread: string;
  user_id: string;
}

/** Reads from the record which runs cases can be made of. */
@Injectable()
export class DraftRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The newest first: ids of runs begin with their time. */
  async runs(tenant: string, filter: RunFilter): Promise<RecordedRun[]> {
    const { agent, status, taskClass, minRating, before, limit } = filter;
    const rows = await sql<RunRow>(
      this.dataSource,
      `SELECT run_id, thread, user_id FROM evaluation.outcomes o
       WHERE tenant = $1 AND agent = $2 AND status = $3 AND NOT replayed AND ($4 = '' OR task_class = $4) AND ($5 = '' OR run_id < $5)
         AND ($6::float8 IS NULL OR $6 <= ${RATING_OF_RUN})
       ORDER BY run_id DESC LIMIT $7`,
      [tenant, agent, status, taskClass, before, minRating ?? null, limit],
    );
    return rows.map(runOf);
  }

  /** Of each thread, or user where there is no thread, of these runs. */
  async firstRuns(tenant: string, agent: string, runs: readonly Belonging[]): Promise<FirstRun[]> {
    const threads = [...new Set(runs.map(({ thread }) => thread).filter((thread) => thread !== ''))];
    const users = [...new Set(runs.filter(({ thread }) => thread === '').map(({ user }) => user))].filter(
      (user) => user !== '',
    );
    if (threads.length + users.length === 0) return [];
    const rows = await sql<RunRow>(
      this.dataSource,
      `SELECT thread, CASE WHEN thread = '' THEN user_id ELSE '' END AS user_id, min(run_id) AS run_id FROM evaluation.outcomes
       WHERE tenant = $1 AND agent = $2 AND (thread = ANY($3::text[]) OR (thread = '' AND user_id = ANY($4::text[])))
       GROUP BY 1, 2`,
      [tenant, agent, threads, users],
    );
    return rows.map(runOf);
  }
}

function runOf({ run_id, thread, user_id }: RunRow): RecordedRun {
  return { runId: run_id, thread, user: user_id };
}
