import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import type { Attempt } from '../evaluations/attempt.js';
import { judgementKey, type NewQuestion } from './judgement.js';

/** Stores what an attempt's judges are to be asked; from then on it is asked, whatever crashes. */
export async function insertJudgements(
  manager: EntityManager,
  { evaluationId, caseId, repeat, tenant }: Attempt,
  questions: readonly NewQuestion[],
  now: Date,
): Promise<void> {
  if (questions.length === 0) return;
  const keys = questions.map(({ scorer, variant }) => judgementKey({ evaluationId, caseId, repeat, scorer, variant }));
  await sql(
    manager,
    `INSERT INTO evaluation.judgements (evaluation_id, case_id, repeat, tenant, status, touched_at,
       scorer, variant, agent, backend, input, idempotency_key)
     SELECT $1, $2, $3, $4, 'published', $5, q.*
     FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) AS q`,
    [
      ...[evaluationId, caseId, repeat, tenant, now],
      questions.map(({ scorer }) => scorer),
      questions.map(({ variant }) => variant),
      questions.map(({ agent }) => agent),
      questions.map(({ backend }) => backend),
      questions.map(({ input }) => input),
      keys,
    ],
  );
}

/** Whoever is still to be asked of a cancelled evaluation need not be. */
export async function cancelJudgements(manager: EntityManager, evaluationId: string): Promise<void> {
  await sql(
    manager,
    `UPDATE evaluation.judgements SET status = 'cancelled' WHERE evaluation_id = $1 AND status IN ('published', 'running')`,
    [evaluationId],
  );
}
