import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import type { EndedRun } from '../outcomes/ended-run.js';
import { OutcomeRepository } from '../outcomes/outcome.repository.js';
import type { SuiteCase } from '../suite/suite.js';
import { insertJudgements } from '../judgements/judgement-rows.js';
import type { NewQuestion } from '../judgements/judgement.js';
import type { Attempt, AttemptKey, AttemptStatus } from './attempt.js';
import { releaseRun, type WaitsForRun } from './release-run.js';
import { insertScores } from './score-rows.js';

/** What is found out about an attempt, once and for all. */
export interface Settlement {
  /** `judging`: what the judges say is still to come. */
  status: 'completed' | 'failed' | 'cancelled' | 'judging';
  runId: string;
  output: JsonValue;
  /** `ErrorInfo`. */
  error: JsonObject | null;
  costUsd: number;
  durationMs: number;
  scores: readonly NewScore[];
  /** For its judges. */
  questions: readonly NewQuestion[];
}

export interface NewScore {
  scorer: string;
  value: number;
  passed: boolean;
  reason: string;
  /** Why there is no score; empty where there is one. */
  errorCode: string;
  /** Fingerprint of the judge's configuration; empty where no model judged. */
  judge: string;
  /** Fingerprint of what the judge was asked; empty where no model judged. */
  standard: string;
  uncalibrated: boolean;
}

export interface Settled {
  /** False: the outcome was known. */
  newOutcome: boolean;
  /** False: the attempt was settled before, or its evaluation cancelled. */
  settled: boolean;
}

/** Attempts: taken up, published, accepted, settled. */
@Injectable()
export class AttemptRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutcomeRepository) private readonly outcomes: OutcomeRepository,
  ) {}

  /**
   * Marks as published what may be on the bus next, so that no more than `window` attempts are open at once. Where nothing
   * is left, the evaluation is complete: found out here, under its lock, by whoever comes after the last settlement.
   */
  claim(evaluationId: string, window: number, now: Date): Promise<Attempt[]> {
    return inTransaction(this.dataSource, async (manager) => {
      const evaluation = await lockEvaluation(manager, evaluationId);
      if (evaluation?.status !== 'running') return [];
      const room = await roomFor(manager, evaluationId, evaluation.max_cost_usd, window);
      const rows = await sql<AttemptRow>(
        manager,
        `WITH chosen AS (
           SELECT case_id, repeat FROM evaluation.attempts WHERE evaluation_id = $1 AND status = 'pending'
           ORDER BY repeat, position LIMIT $2
         ), a AS (
           UPDATE evaluation.attempts a SET status = 'published', touched_at = $3 FROM chosen
           WHERE a.evaluation_id = $1 AND a.case_id = chosen.case_id AND a.repeat = chosen.repeat RETURNING a.*
         )
         SELECT ${ATTEMPT_COLUMNS} FROM a ${WITH_CASE} ORDER BY a.repeat, a.position`,
        [evaluationId, room, now],
      );
      if (rows.length === 0) await completeEvaluation(manager, evaluationId, now);
      return rows.map(toAttempt);
    });
  }

  /** Published and never accepted since: to be published again. */
  async claimStale(olderThan: Date, now: Date, limit: number): Promise<Attempt[]> {
    return this.touch('published', olderThan, now, limit);
  }

  /** Running and not heard of since: to be asked after. */
  async claimSilent(olderThan: Date, now: Date, limit: number): Promise<Attempt[]> {
    return this.touch('running', olderThan, now, limit);
  }

  async find(tenant: string, idempotencyKey: string): Promise<Attempt | undefined> {
    const [row] = await sql<AttemptRow>(
      this.dataSource,
      `SELECT ${ATTEMPT_COLUMNS} FROM evaluation.attempts a ${WITH_CASE} WHERE a.tenant = $1 AND a.idempotency_key = $2`,
      [tenant, idempotencyKey],
    );
    return row && toAttempt(row);
  }

  /**
   * Notes the run that an attempt became. A cancelled one keeps its status, and gets to know its run.
   *
   * @returns whether it is cancelled: then the run must be stopped
   */
  async accept({ evaluationId, caseId, repeat }: AttemptKey, runId: string, now: Date): Promise<boolean> {
    const [row] = await sql<{ status: AttemptStatus }>(
      this.dataSource,
      `UPDATE evaluation.attempts SET run_id = $4, touched_at = $5,
         status = CASE WHEN status IN ('pending', 'published') THEN 'running' ELSE status END
       WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3 AND status IN ('pending', 'published', 'cancelled')
       RETURNING status`,
      [evaluationId, caseId, repeat, runId, now],
    );
    return row?.status === 'cancelled';
  }

  /** Its run is on no record: it is published again at the next look. */
  release(waiting: WaitsForRun): Promise<void> {
    return releaseRun(this.dataSource, 'attempts', waiting);
  }

  /** Outcome, attempt, scores and questions to judges, in one transaction; the first one counts. */
  settle(attempt: Attempt, settlement: Settlement, run: EndedRun | undefined, now: Date): Promise<Settled> {
    return inTransaction(this.dataSource, async (manager) => {
      const newOutcome = run !== undefined && (await this.outcomes.record(run, manager));
      const settled = await this.settleAttempt(manager, attempt, settlement);
      if (settled) {
        await insertScores(manager, attempt, settlement.runId, settlement.scores);
        await insertJudgements(manager, attempt, settlement.questions, now);
      }
      return { newOutcome, settled };
    });
  }

  private async settleAttempt(manager: EntityManager, key: AttemptKey, settlement: Settlement): Promise<boolean> {
    const { status, runId, output, error, costUsd, durationMs } = settlement;
    const updated = await sql(
      manager,
      `UPDATE evaluation.attempts SET status = $4, run_id = $5, output = $6::json, error = $7::json, cost_usd = $8, duration_ms = $9
       WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3 AND status IN ('pending', 'published', 'running')
       RETURNING case_id`,
      [
        ...[key.evaluationId, key.caseId, key.repeat, status, runId],
        output === null ? null : JSON.stringify(output),
        error && JSON.stringify(error),
        ...[costUsd, durationMs],
      ],
    );
    return updated.length > 0;
  }

  private async touch(status: AttemptStatus, olderThan: Date, now: Date, limit: number): Promise<Attempt[]> {
    const rows = await sql<AttemptRow>(
      this.dataSource,
      `WITH a AS (
         UPDATE evaluation.attempts a SET touched_at = $3
         WHERE (evaluation_id, case_id, repeat) IN (
           SELECT o.evaluation_id, o.case_id, o.repeat
           FROM evaluation.attempts o JOIN evaluation.evaluations e ON e.id = o.evaluation_id AND e.status = 'running'
           WHERE o.status = $1 AND o.touched_at <= $2 ORDER BY o.touched_at LIMIT $4 FOR UPDATE OF o SKIP LOCKED
         ) RETURNING a.*
       )
       SELECT ${ATTEMPT_COLUMNS} FROM a ${WITH_CASE}`,
      [status, olderThan, now, limit],
    );
    return rows.map(toAttempt);
  }
}

interface AttemptRow {
  evaluation_id: string;
  case_id: string;
  repeat: number;
  tenant: string;
  suite: string;
  agent: string;
  backend: string;
  agent_version: string;
  idempotency_key: string;
  status: AttemptStatus;
  run_id: string;
  traceparent: string;
  max_cost_usd: number;
  definition: SuiteCase;
}

const ATTEMPT_COLUMNS = `a.evaluation_id, a.case_id, a.repeat, a.tenant, e.suite, e.agent, e.backend, e.agent_version, a.idempotency_key,
  a.status, a.run_id, e.traceparent, e.max_cost_usd, c.definition`;
const WITH_CASE = `JOIN evaluation.evaluations e ON e.id = a.evaluation_id
  JOIN evaluation.evaluation_cases c ON c.evaluation_id = a.evaluation_id AND c.case_id = a.case_id`;

function toAttempt(row: AttemptRow): Attempt {
  return {
    evaluationId: row.evaluation_id,
    caseId: row.case_id,
    repeat: row.repeat,
    tenant: row.tenant,
    suite: row.suite,
    agent: row.agent,
    backend: row.backend,
    agentVersion: row.agent_version,
    idempotencyKey: row.idempotency_key,
    status: row.status,
    runId: row.run_id,
    traceparent: row.traceparent,
    maxCostUsd: row.max_cost_usd,
    definition: row.definition,
  };
}

/** @returns undefined where there is none */
async function lockEvaluation(
  manager: EntityManager,
  id: string,
): Promise<{ status: string; max_cost_usd: number } | undefined> {
  const [row] = await sql<{ status: string; max_cost_usd: number }>(
    manager,
    'SELECT status, max_cost_usd FROM evaluation.evaluations WHERE id = $1 FOR UPDATE',
    [id],
  );
  return row;
}

/**
 * How many attempts may be published more: no more than `window` are open at once, and what is open overruns the evaluation's money by
 * one run at most if runs cost what they have cost so far. Where the money is spent, what was not published yet is cancelled.
 */
async function roomFor(manager: EntityManager, id: string, maxCostUsd: number, window: number): Promise<number> {
  // One statement sees one moment: runs end meanwhile, and money must not be counted twice.
  const [now] = await sql<{ open: number; cost: number; runs: number; left: boolean | null }>(
    manager,
    `SELECT count(*) FILTER (WHERE status IN ('published', 'running', 'judging'))::integer AS open,
       coalesce(sum(cost_usd), 0) + (SELECT coalesce(sum(cost_usd), 0) FROM evaluation.judgements WHERE evaluation_id = $1) AS cost,
       count(*) FILTER (WHERE status IN ('completed', 'failed'))::integer AS runs, bool_or(status = 'pending') AS left
     FROM evaluation.attempts WHERE evaluation_id = $1`,
    [id],
  );
  const { open = 0, cost = 0, runs = 0, left } = now ?? {};
  if (maxCostUsd === 0 || cost < maxCostUsd) return Math.max(0, Math.min(window, affordable()) - open);
  if (left) await stopFor(manager, id, `its runs cost $${cost.toFixed(4)}, and $${maxCostUsd} were allowed`);
  return 0;

  /** Open at once. The first runs tell what one costs. */
  function affordable(): number {
    if (maxCostUsd === 0) return window;
    return Math.max(1, cost === 0 ? runs : Math.floor(((maxCostUsd - cost) * runs) / cost));
  }
}

async function stopFor(manager: EntityManager, id: string, reason: string): Promise<void> {
  await sql(
    manager,
    `UPDATE evaluation.attempts SET status = 'cancelled' WHERE evaluation_id = $1 AND status = 'pending'`,
    [id],
  );
  await sql(manager, 'UPDATE evaluation.evaluations SET stopped_because = $2 WHERE id = $1', [id, reason]);
}

async function completeEvaluation(manager: EntityManager, id: string, at: Date): Promise<void> {
  await sql(
    manager,
    `UPDATE evaluation.evaluations SET status = CASE WHEN stopped_because = '' THEN 'completed' ELSE 'capped' END, ended_at = $2
     WHERE id = $1 AND status = 'running'
       AND NOT EXISTS (SELECT 1 FROM evaluation.attempts
         WHERE evaluation_id = $1 AND status IN ('pending', 'published', 'running', 'judging'))`,
    [id, at],
  );
}
