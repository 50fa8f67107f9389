import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** A summary that runs were given, and the runs beside it that were not. */
export interface Shown {
  tenant: string;
  id: string;
  withRunIds: string[];
  withoutRunIds: string[];
}

/** Runs on either side from which on a difference can be told. */
export const LEAST_RUNS = 20;
/** Runs on either side that are compared: the last ones. */
const MOST_RUNS = 500;
/** Summaries of one round, those given to most runs first. */
const SUMMARIES = 50;

/** Which runs were given which summaries, of all tenants: nobody's request, so as the owner. */
@Injectable()
export class HarmRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Runs without it are those that were given something else of the same scope since it was there. */
  async shown(): Promise<Shown[]> {
    const rows = await sql<{ tenant: string; id: string; with_runs: string[]; without_runs: string[] }>(
      this.dataSource,
      `WITH summary AS (
         SELECT m.tenant, m.id, m.scope_id, m.created_at, count(*) AS given FROM memory.memories m
         JOIN memory.shown s ON s.memory_id = m.id AND s.tenant = m.tenant
         WHERE m.kind = 'summary' AND m.state = 'current' GROUP BY m.tenant, m.id, m.scope_id, m.created_at
         HAVING count(*) >= ${LEAST_RUNS} ORDER BY given DESC, m.id LIMIT ${SUMMARIES}
       )
       SELECT tenant, id, with_runs, without_runs FROM summary
       CROSS JOIN LATERAL (SELECT coalesce(array_agg(run_id), '{}') AS with_runs FROM (
         SELECT s.run_id FROM memory.shown s WHERE s.tenant = summary.tenant AND s.memory_id = summary.id
         ORDER BY s.at DESC LIMIT ${MOST_RUNS}) w) given
       CROSS JOIN LATERAL (SELECT coalesce(array_agg(run_id), '{}') AS without_runs FROM (
         SELECT s.run_id, max(s.at) AS at FROM memory.shown s
         JOIN memory.memories o ON o.id = s.memory_id AND o.tenant = s.tenant AND o.scope_id = summary.scope_id
         WHERE s.tenant = summary.tenant AND s.at >= summary.created_at AND NOT EXISTS (
           SELECT 1 FROM memory.shown own WHERE own.tenant = s.tenant AND own.run_id = s.run_id AND own.memory_id = summary.id)
         GROUP BY s.run_id ORDER BY at DESC LIMIT ${MOST_RUNS}) w) others
       WHERE cardinality(without_runs) >= ${LEAST_RUNS}`,
    );
    return rows.map(({ tenant, id, with_runs, without_runs }) => ({
      ...{ tenant, id, withRunIds: with_runs, withoutRunIds: without_runs },
    }));
  }
}
