import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import type { Prior, RoutingEntry } from '@switchyard/evidence';
import { sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { RATING_OF_RUN } from '../feedback/feedback.repository.js';
import type { RunToLearn } from './learnt-outcome.js';

type On = DataSource | EntityManager;

export interface StoredState {
  revision: number;
  snapshot: JsonObject;
}

/** An entry of the log with the run that it is about; empty where it is about none. */
export interface LogEntry {
  runId: string;
  entry: RoutingEntry;
}

interface RunRow {
  run_id: string;
  backend: string;
  task_class: string;
  status: string;
  error_code: string | null;
  cost_usd: number;
  duration_ms: number;
  rating: number | null;
  score: number | null;
  explored: boolean;
  late: boolean;
}

/** Of the revisions that are kept for good: one of so many, so that every other one is soon learnt again. */
export const KEPT_EVERY = 1_000;
/** Evaluations, and runs of them, that priors are made of: the latest. */
const PRIOR_EVALUATIONS = 20;
const PRIOR_RUNS = 500;
/** A suite is not production: however many runs it had, it counts as so many. */
const PRIOR_WEIGHT = 20;

/** evaluation.routing_log, routing_states and explored_runs, and what is learnt from. */
@Injectable()
export class RoutingRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** One learns of an agent at a time, until the transaction ends. */
  async lock(manager: EntityManager, tenant: string, agent: string): Promise<void> {
    await sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 7418))', [JSON.stringify([tenant, agent])]);
  }

  /** The newest of them up to a revision. */
  async state(
    tenant: string,
    agent: string,
    upTo?: number,
    on: On = this.dataSource,
  ): Promise<StoredState | undefined> {
    const [row] = await sql<StoredState>(
      on,
      `SELECT revision, snapshot FROM evaluation.routing_states
       WHERE tenant = $1 AND agent = $2 AND ($3::integer IS NULL OR revision <= $3) ORDER BY revision DESC LIMIT 1`,
      [tenant, agent, upTo ?? null],
    );
    return row;
  }

  /** Entries after a revision, up to another one, in order. */
  log(
    tenant: string,
    agent: string,
    { after, upTo, limit }: { after: number; upTo: number; limit: number },
    on: On = this.dataSource,
  ): Promise<{ revision: number; entry: RoutingEntry }[]> {
    return sql<{ revision: number; entry: RoutingEntry }>(
      on,
      `SELECT revision, entry FROM evaluation.routing_log
       WHERE tenant = $1 AND agent = $2 AND revision > $3 AND revision <= $4 ORDER BY revision LIMIT $5`,
      [tenant, agent, after, upTo, limit],
    );
  }

  /** The revision of the last entry; 0 where there is none. */
  async lastRevision(tenant: string, agent: string, on: On = this.dataSource): Promise<number> {
    const [row] = await sql<{ revision: number | null }>(
      on,
      'SELECT max(revision) AS revision FROM evaluation.routing_log WHERE tenant = $1 AND agent = $2',
      [tenant, agent],
    );
    return row?.revision ?? 0;
  }

  /** Keeps entries and what they come to, in place of the snapshot before where that is not one that is kept for good. */
  async append(manager: EntityManager, { tenant, agent, from, snapshot, entries, at }: Appended): Promise<void> {
    const revision = from + entries.length;
    const lastRun = entries.findLast(({ runId }) => runId !== '')?.runId ?? '';
    await sql(
      manager,
      `INSERT INTO evaluation.routing_log (tenant, agent, revision, run_id, entry, at)
       SELECT $1, $2, $3 + e.nth::integer, e.run_id, e.entry::json, $6
       FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS e (run_id, entry, nth)`,
      [tenant, agent, from, entries.map(({ runId }) => runId), entries.map(({ entry }) => JSON.stringify(entry)), at],
    );
    await sql(
      manager,
      `WITH before AS (
         DELETE FROM evaluation.routing_states
         WHERE tenant = $1 AND agent = $2 AND revision / ${KEPT_EVERY} = $3 / ${KEPT_EVERY} RETURNING revision, last_run_id)
       INSERT INTO evaluation.routing_states (tenant, agent, revision, snapshot, last_run_id, at)
       SELECT $1, $2, $3, $4::json, coalesce(nullif($5, ''), (SELECT last_run_id FROM before ORDER BY revision DESC LIMIT 1), ''), $6`,
      [tenant, agent, revision, JSON.stringify(snapshot), lastRun, at],
    );
  }

  /**
   * Runs that are to be learnt of, in the order of their ends, which nobody changes until the transaction ends. They are
   * marked as learnt of. Those of evaluations and judges, those that were moved between backends, and those whose calls
   * were answered from a record, tell nothing of what production is like: they are marked and not given.
   */
  async takeDue(
    manager: EntityManager,
    tenant: string,
    agent: string,
    limit: number,
  ): Promise<{ taken: number; runs: RunToLearn[] }> {
    const due = await sql<{ run_id: string }>(
      manager,
      `SELECT run_id FROM evaluation.outcomes WHERE tenant = $1 AND agent = $2 AND routing_due IS NOT NULL
       ORDER BY ended_at, run_id LIMIT $3 FOR NO KEY UPDATE`,
      [tenant, agent, limit],
    );
    if (due.length === 0) return { taken: 0, runs: [] };
    const ids = due.map(({ run_id }) => run_id);
    // Read after the rows are locked: what people said until then is seen, and what they say later marks the row again.
    const rows = await sql<RunRow>(
      manager,
      `SELECT o.run_id, o.backend, o.task_class, o.status, o.error->>'code' AS error_code, o.cost_usd, o.duration_ms,
         ${RATING_OF_RUN} AS rating,
         (SELECT avg(s.value) FROM evaluation.scores s WHERE s.tenant = o.tenant AND s.run_id = o.run_id AND s.error_code = '') AS score,
         EXISTS (SELECT FROM evaluation.explored_runs x WHERE x.tenant = o.tenant AND x.run_id = o.run_id) AS explored,
         o.routing_due = 'feedback' AS late
       FROM evaluation.outcomes o WHERE o.tenant = $1 AND o.run_id = ANY ($2) AND NOT o.moved AND NOT o.replayed
         AND NOT EXISTS (SELECT FROM evaluation.attempts a WHERE a.tenant = o.tenant AND a.run_id = o.run_id AND a.run_id <> '')
         AND NOT EXISTS (SELECT FROM evaluation.judgements j WHERE j.tenant = o.tenant AND j.run_id = o.run_id AND j.run_id <> '')
       ORDER BY o.ended_at, o.run_id`,
      [tenant, ids],
    );
    await sql(manager, 'UPDATE evaluation.outcomes SET routing_due = NULL WHERE tenant = $1 AND run_id = ANY ($2)', [
      tenant,
      ids,
    ]);
    return { taken: due.length, runs: rows.map(runOf) };
  }

  /** The run's backend was taken to learn. */
  async keepExplored(tenant: string, runId: string): Promise<void> {
    await sql(
      this.dataSource,
      'INSERT INTO evaluation.explored_runs (tenant, run_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [tenant, runId],
    );
  }

  /** What whole evaluations say of the agent's backends: a run's quality is the mean of its scores, and a failed one's 0. */
  async priors(tenant: string, agent: string): Promise<Record<string, Prior>> {
    const rows = await sql<{ backend: string; quality: number; runs: number }>(
      this.dataSource,
      `SELECT backend, round(avg(quality)::numeric, 6)::float8 AS quality, least(count(*), ${PRIOR_WEIGHT})::integer AS runs FROM (
         SELECT o.backend, CASE WHEN a.status = 'failed' THEN 0 ELSE
           (SELECT avg(s.value) FROM evaluation.scores s
            WHERE s.tenant = a.tenant AND s.run_id = a.run_id AND s.error_code = '') END AS quality
         FROM (SELECT id FROM evaluation.evaluations WHERE tenant = $1 AND agent = $2 AND status = 'completed'
               ORDER BY id DESC LIMIT ${PRIOR_EVALUATIONS}) e
         JOIN evaluation.attempts a ON a.evaluation_id = e.id AND a.run_id <> '' AND a.status IN ('completed', 'failed')
         JOIN evaluation.outcomes o ON o.tenant = a.tenant AND o.run_id = a.run_id AND NOT o.moved AND o.backend <> ''
         ORDER BY e.id DESC, a.position, a.repeat LIMIT ${PRIOR_RUNS}
       ) runs WHERE quality IS NOT NULL GROUP BY backend ORDER BY backend`,
      [tenant, agent],
    );
    return Object.fromEntries(rows.map(({ backend, quality, runs }) => [backend, { quality, runs }]));
  }
}

export interface Appended {
  tenant: string;
  agent: string;
  /** The revision before the first entry. */
  from: number;
  snapshot: object;
  entries: readonly LogEntry[];
  at: Date;
}

function runOf(row: RunRow): RunToLearn {
  return {
    ...{ runId: row.run_id, backend: row.backend, taskClass: row.task_class, status: row.status },
    ...{ errorCode: row.error_code ?? '', costUsd: row.cost_usd, durationMs: row.duration_ms },
    ...{ rating: row.rating ?? undefined, score: row.score ?? undefined, explored: row.explored, late: row.late },
  };
}
