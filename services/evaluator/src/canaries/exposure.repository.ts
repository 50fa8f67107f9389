import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { ExposedRun, ExposedWord } from './weigh.js';

/** The rollout whose runs are read. */
export interface ExposuresOf {
  tenant: string;
  rollout: string;
  /** thread, user, run. */
  sticky: string;
  /** Only runs accepted by then: of later ones the share is not known yet. */
  until: Date;
}

interface RunRow {
  canary: boolean;
  started_at: Date;
  completed: boolean;
  cost_usd: number;
  duration_ms: number;
  overridden: boolean;
  ended_at: Date;
}

interface WordRow {
  canary: boolean;
  started_at: Date;
  value: number;
}

/** Exposures of one look: more of them decide nothing that these did not. */
const MOST = 200_000;

/** What is drawn into an arm as one, as the router draws: a thread, else a user, else the run. */
const UNIT = `CASE WHEN $3 = 'thread' AND o.thread <> '' THEN 't:' || o.thread
  WHEN $3 <> 'run' AND o.user_id <> '' THEN 'u:' || o.user_id ELSE 'r:' || o.run_id END`;
/**
 * Runs of a rollout that are draws. One that was redriven is not: that it was redriven says how its draw went. One that was moved to
 * another backend is: what its version came to is what people met.
 */
const DRAWN = `o.tenant = $1 AND o.rollout = $2 AND o.rollout <> '' AND o.rollout_arm IN ('candidate', 'baseline')
  AND NOT o.replayed AND o.redrive_of = '' AND coalesce(o.started_at, o.ended_at) <= $4`;
const ARM = `o.rollout_arm = 'candidate' AS canary, coalesce(o.started_at, o.ended_at) AS started_at`;

/** Reads from the record what a rollout's guardrails compare. */
@Injectable()
export class ExposureRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The first run of each that ended, the first to end first. A cancelled one tells nothing: the next one is taken. */
  async runs({ tenant, rollout, sticky, until }: ExposuresOf): Promise<(ExposedRun & { endedAt: Date })[]> {
    const rows = await sql<RunRow>(
      this.dataSource,
      `SELECT * FROM (
         SELECT DISTINCT ON (unit) * FROM (
           SELECT ${UNIT} AS unit, ${ARM}, o.run_id, o.status = 'completed' AS completed, o.cost_usd, o.duration_ms,
             o.overrides > 0 AS overridden, o.ended_at
           FROM evaluation.outcomes o WHERE ${DRAWN} AND o.status <> 'cancelled'
         ) drawn ORDER BY unit, ended_at, run_id
       ) first ORDER BY ended_at, run_id LIMIT ${MOST}`,
      [tenant, rollout, sticky, until],
    );
    return rows.map((row) => ({
      canary: row.canary,
      startedAt: row.started_at,
      completed: row.completed,
      costUsd: row.cost_usd,
      durationMs: row.duration_ms,
      overridden: row.overridden,
      endedAt: row.ended_at,
    }));
  }

  /**
   * The first word under this name on any run of each, in the order in which words were recorded. A word that comes late comes last, and
   * who revises one changes the record and not the test: what a test has seen may not be written anew.
   *
   * @param scores whether scorers' results of that name count too, as of the end of their run
   */
  async words({ tenant, rollout, sticky, until }: ExposuresOf, name: string, scores: boolean): Promise<ExposedWord[]> {
    const rows = await sql<WordRow>(
      this.dataSource,
      `SELECT * FROM (
         SELECT DISTINCT ON (unit) * FROM (
           SELECT ${UNIT} AS unit, ${ARM}, o.run_id, f.value, greatest(f.recorded_at, o.ended_at) AS at, f.id AS tie
           FROM evaluation.outcomes o
           JOIN evaluation.feedback f ON f.tenant = o.tenant AND f.run_id = o.run_id AND f.name = $5 AND f.value IS NOT NULL
           WHERE ${DRAWN}
           UNION ALL
           SELECT ${UNIT} AS unit, ${ARM}, o.run_id, least(1, greatest(0, s.value)), o.ended_at AS at, '' AS tie
           FROM evaluation.outcomes o
           JOIN evaluation.scores s ON s.tenant = o.tenant AND s.run_id = o.run_id AND s.scorer = $5 AND s.error_code = ''
           WHERE ${DRAWN} AND $6::boolean
         ) drawn ORDER BY unit, at, tie, run_id
       ) first ORDER BY at, run_id LIMIT ${MOST}`,
      [tenant, rollout, sticky, until, name, scores],
    );
    return rows.map((row) => ({ canary: row.canary, startedAt: row.started_at, value: row.value }));
  }

  /** Changes whenever a look would find more than the one before. */
  async extent({ tenant, rollout, until }: ExposuresOf): Promise<string> {
    const [row] = await sql<{ runs: string; words: string }>(
      this.dataSource,
      `SELECT count(*) AS runs, coalesce(sum((SELECT count(*) FROM evaluation.feedback f WHERE f.tenant = o.tenant AND f.run_id = o.run_id)), 0) AS words
       FROM evaluation.outcomes o
       WHERE o.tenant = $1 AND o.rollout = $2 AND o.rollout <> '' AND coalesce(o.started_at, o.ended_at) <= $3`,
      [tenant, rollout, until],
    );
    return `${row?.runs ?? 0} ${row?.words ?? 0}`;
  }
}
