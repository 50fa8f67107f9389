import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import type { Attempt } from './attempt.js';
import type { NewScore } from './attempt.repository.js';

/** Stores scores of an attempt's run, each in the place that the suite gives its scorer. */
export async function insertScores(
  manager: EntityManager,
  attempt: Pick<Attempt, 'evaluationId' | 'caseId' | 'repeat' | 'tenant' | 'definition'>,
  runId: string,
  scores: readonly NewScore[],
): Promise<void> {
  const places = new Map(attempt.definition.scorers.map(({ name }, index) => [name, index + 1]));
  await sql(
    manager,
    `INSERT INTO evaluation.scores (evaluation_id, case_id, repeat, tenant, run_id, position, scorer, value, passed, reason,
       error_code, judge, standard, uncalibrated)
     SELECT $1, $2, $3, $4, $5, s.* FROM unnest($6::integer[], $7::text[], $8::float8[], $9::boolean[], $10::text[],
       $11::text[], $12::text[], $13::text[], $14::boolean[]) AS s`,
    [
      ...[attempt.evaluationId, attempt.caseId, attempt.repeat, attempt.tenant, runId],
      scores.map(({ scorer }) => places.get(scorer) ?? 0),
      scores.map(({ scorer }) => scorer),
      scores.map(({ value }) => value),
      scores.map(({ passed }) => passed),
      scores.map(({ reason }) => reason),
      scores.map(({ errorCode }) => errorCode),
      scores.map(({ judge }) => judge),
      scores.map(({ standard }) => standard),
      scores.map(({ uncalibrated }) => uncalibrated),
    ],
  );
}
