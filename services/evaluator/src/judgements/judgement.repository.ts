import { Inject, Injectable } from '@nestjs/common';
import type { JsonValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import type { AttemptKey } from '../evaluations/attempt.js';
import type { Settled } from '../evaluations/attempt.repository.js';
import { releaseRun, type WaitsForRun } from '../evaluations/release-run.js';
import { insertScores } from '../evaluations/score-rows.js';
import type { EndedRun } from '../outcomes/ended-run.js';
import { OutcomeRepository } from '../outcomes/outcome.repository.js';
import type { SuiteCase } from '../suite/suite.js';
import type { Judgement } from './judgement.js';
import { readAnswers, type GivenAnswer } from './read-answers.js';

/** What a judge's run came to. */
export interface Answered {
  runId: string;
  output: JsonValue;
  /** Why there is no output; empty where there is one. */
  problem: string;
  configuration: string;
  calibrated: boolean;
  costUsd: number;
}

export interface SettledJudgement extends Settled {
  evaluationId: string;
  /** It was the last answer that its attempt waited for. */
  completed: boolean;
}

/** Questions to judges: looked up, accepted, answered. */
@Injectable()
export class JudgementRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutcomeRepository) private readonly outcomes: OutcomeRepository,
  ) {}

  async find(tenant: string, idempotencyKey: string): Promise<Judgement | undefined> {
    const [row] = await sql<JudgementRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.judgements j ${WITH_CASE} WHERE j.tenant = $1 AND j.idempotency_key = $2`,
      [tenant, idempotencyKey],
    );
    return row && toJudgement(row);
  }

  /** Those of an attempt that are still to be asked. */
  async openOf({ evaluationId, caseId, repeat }: AttemptKey): Promise<Judgement[]> {
    const rows = await sql<JudgementRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.judgements j ${WITH_CASE}
       WHERE j.evaluation_id = $1 AND j.case_id = $2 AND j.repeat = $3 AND j.status = 'published'`,
      [evaluationId, caseId, repeat],
    );
    return rows.map(toJudgement);
  }

  /** Published and never accepted since: to be published again. */
  claimStale(olderThan: Date, now: Date, limit: number): Promise<Judgement[]> {
    return this.touch('published', olderThan, now, limit);
  }

  /** Running and not heard of since: to be asked after. */
  claimSilent(olderThan: Date, now: Date, limit: number): Promise<Judgement[]> {
    return this.touch('running', olderThan, now, limit);
  }

  /** @returns whether it is cancelled: then the run must be stopped */
  async accept(tenant: string, idempotencyKey: string, runId: string, now: Date): Promise<boolean> {
    const [row] = await sql<{ status: string }>(
      this.dataSource,
      `UPDATE evaluation.judgements SET run_id = $3, touched_at = $4,
         status = CASE WHEN status = 'published' THEN 'running' ELSE status END
       WHERE tenant = $1 AND idempotency_key = $2 AND status IN ('published', 'cancelled') RETURNING status`,
      [tenant, idempotencyKey, runId, now],
    );
    return row?.status === 'cancelled';
  }

  /** Its run is on no record: it is published again at the next look. */
  release(waiting: WaitsForRun): Promise<void> {
    return releaseRun(this.dataSource, 'judgements', waiting);
  }

  /**
   * Outcome and answer; and where it was the last one, the scores and the end of the attempt: all in one transaction. The
   * first answer counts. The attempt is locked first, so that of two last answers one sees the other.
   */
  settle(judgement: Judgement, answered: Answered, run: EndedRun | undefined): Promise<SettledJudgement> {
    return inTransaction(this.dataSource, async (manager) => {
      const { evaluationId, caseId, repeat } = judgement;
      const newOutcome = run !== undefined && (await this.outcomes.record(run, manager));
      const [attempt] = await sql<{ status: string; run_id: string }>(
        manager,
        `SELECT status, run_id FROM evaluation.attempts WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3 FOR UPDATE`,
        [evaluationId, caseId, repeat],
      );
      const settled = await settleJudgement(manager, judgement, answered);
      const isLast = settled && attempt?.status === 'judging' && !(await hasOpen(manager, judgement));
      if (isLast) {
        const scores = readAnswers(judgement.definition, await answersOf(manager, judgement));
        await insertScores(manager, judgement, attempt.run_id, scores);
        await sql(
          manager,
          `UPDATE evaluation.attempts SET status = 'completed' WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3`,
          [evaluationId, caseId, repeat],
        );
      }
      return { newOutcome, settled, evaluationId, completed: isLast };
    });
  }

  private async touch(status: string, olderThan: Date, now: Date, limit: number): Promise<Judgement[]> {
    const rows = await sql<JudgementRow>(
      this.dataSource,
      `WITH j AS (
         UPDATE evaluation.judgements SET touched_at = $3
         WHERE (tenant, idempotency_key) IN (
           SELECT tenant, idempotency_key FROM evaluation.judgements
           WHERE status = $1 AND touched_at <= $2 ORDER BY touched_at LIMIT $4 FOR UPDATE SKIP LOCKED
         ) RETURNING *
       )
       SELECT ${COLUMNS} FROM j ${WITH_CASE}`,
      [status, olderThan, now, limit],
    );
    return rows.map(toJudgement);
  }
}

async function settleJudgement(manager: EntityManager, judgement: Judgement, answered: Answered): Promise<boolean> {
  const { runId, output, problem, configuration, calibrated, costUsd } = answered;
  const updated = await sql(
    manager,
    `UPDATE evaluation.judgements SET status = $3, run_id = $4, output = $5::json, problem = $6, configuration = $7,
       calibrated = $8, cost_usd = $9
     WHERE tenant = $1 AND idempotency_key = $2 AND status IN ('published', 'running') RETURNING variant`,
    [
      ...[judgement.tenant, judgement.idempotencyKey, problem === '' ? 'answered' : 'failed', runId],
      ...[output === null ? null : JSON.stringify(output), problem, configuration, calibrated, costUsd],
    ],
  );
  return updated.length > 0;
}

async function hasOpen(manager: EntityManager, { evaluationId, caseId, repeat }: AttemptKey): Promise<boolean> {
  const rows = await sql(
    manager,
    `SELECT 1 FROM evaluation.judgements WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3
       AND status IN ('published', 'running') LIMIT 1`,
    [evaluationId, caseId, repeat],
  );
  return rows.length > 0;
}

function answersOf(manager: EntityManager, { evaluationId, caseId, repeat }: AttemptKey): Promise<GivenAnswer[]> {
  return sql<GivenAnswer>(
    manager,
    `SELECT scorer, variant, output, problem, configuration, calibrated FROM evaluation.judgements
     WHERE evaluation_id = $1 AND case_id = $2 AND repeat = $3`,
    [evaluationId, caseId, repeat],
  );
}

interface JudgementRow {
  evaluation_id: string;
  case_id: string;
  repeat: number;
  scorer: string;
  variant: string;
  tenant: string;
  agent: string;
  backend: string;
  input: string;
  idempotency_key: string;
  run_id: string;
  suite: string;
  traceparent: string;
  definition: SuiteCase;
}

const COLUMNS = `j.evaluation_id, j.case_id, j.repeat, j.scorer, j.variant, j.tenant, j.agent, j.backend, j.input,
  j.idempotency_key, j.run_id, e.suite, e.traceparent, c.definition`;
const WITH_CASE = `JOIN evaluation.evaluations e ON e.id = j.evaluation_id
  JOIN evaluation.evaluation_cases c ON c.evaluation_id = j.evaluation_id AND c.case_id = j.case_id`;

function toJudgement(row: JudgementRow): Judgement {
  return {
    evaluationId: row.evaluation_id,
    caseId: row.case_id,
    repeat: row.repeat,
    scorer: row.scorer,
    variant: row.variant,
    tenant: row.tenant,
    agent: row.agent,
    backend: row.backend,
    input: row.input,
    idempotencyKey: row.idempotency_key,
    runId: row.run_id,
    suite: row.suite,
    traceparent: row.traceparent,
    definition: row.definition,
  };
}
