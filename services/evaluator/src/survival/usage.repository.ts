import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationSchema, fromStore, type JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { Usage } from './lives.js';

/** Runs of a configuration that tell how it went at last. */
const RECENT = 20;
/** Configurations that one report is made of, the last to begin. */
const MOST = 10_000;

interface UsageRow {
  agent: string;
  configuration: JsonObject;
  first_run_at: Date;
  last_run_at: Date;
  runs: number;
  failed: number;
  recent_runs: number;
  recent_failed: number;
}

/** How configurations were used. */
@Injectable()
export class UsageRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Runs that were moved between backends are of no single configuration, those answered from a record are no use of one, and cancelled ones tell nothing of failing. */
  async of(tenant: string, agent: string, taskClass: string): Promise<Usage[]> {
    const rows = await sql<UsageRow>(
      this.dataSource,
      `SELECT c.agent, c.configuration, u.* FROM (
         SELECT configuration AS fingerprint, min(coalesce(started_at, ended_at)) AS first_run_at, max(ended_at) AS last_run_at,
           count(*)::integer AS runs, count(*) FILTER (WHERE status = 'failed')::integer AS failed,
           count(*) FILTER (WHERE nth <= ${RECENT} AND status <> 'cancelled')::integer AS recent_runs,
           count(*) FILTER (WHERE nth <= ${RECENT} AND status = 'failed')::integer AS recent_failed
         FROM (SELECT configuration, status, started_at, ended_at,
                 row_number() OVER (PARTITION BY configuration ORDER BY ended_at DESC) AS nth
               FROM evaluation.outcomes
               WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND ($3 = '' OR task_class = $3) AND configuration <> ''
                 AND NOT moved AND NOT replayed) o
         GROUP BY configuration ORDER BY first_run_at DESC LIMIT ${MOST}
       ) u JOIN evaluation.configurations c ON c.tenant = $1 AND c.fingerprint = u.fingerprint
       ORDER BY u.first_run_at DESC, u.fingerprint`,
      [tenant, agent, taskClass],
    );
    return rows.map((row) => ({
      agent: row.agent,
      configuration: fromStore(ConfigurationSchema, row.configuration),
      firstRunAt: row.first_run_at,
      lastRunAt: row.last_run_at,
      runs: row.runs,
      failed: row.failed,
      recentRuns: row.recent_runs,
      recentFailed: row.recent_failed,
    }));
  }
}
