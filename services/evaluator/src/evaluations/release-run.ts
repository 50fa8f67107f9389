import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';

/** What waits for a run: an attempt, or a question to a judge. */
export interface WaitsForRun {
  tenant: string;
  idempotencyKey: string;
  runId: string;
}

/** Takes the run from what waits for it, which is to be published again at the next look. */
export async function releaseRun(
  on: DataSource,
  table: 'attempts' | 'judgements',
  { tenant, idempotencyKey, runId }: WaitsForRun,
): Promise<void> {
  await sql(
    on,
    `UPDATE evaluation.${table} SET status = 'published', run_id = '', touched_at = 'epoch'
     WHERE tenant = $1 AND idempotency_key = $2 AND run_id = $3 AND status = 'running'`,
    [tenant, idempotencyKey, runId],
  );
}
