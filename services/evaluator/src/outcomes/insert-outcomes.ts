import { sql } from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import type { EndedRun } from './ended-run.js';
import { OUTCOME_COLUMNS } from './outcome-columns.js';

const NAMES = OUTCOME_COLUMNS.map(({ name }) => name).join(', ');
const ARRAYS = OUTCOME_COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');

/** In the order of their keys: two that insert the same runs at once wait for each other one way only. */
const INSERT = `WITH ended AS (SELECT * FROM unnest(${ARRAYS}) AS ended (${NAMES})), configuration AS (
    INSERT INTO evaluation.configurations (tenant, fingerprint, agent, configuration, first_seen)
    SELECT DISTINCT ON (tenant, configuration) tenant, configuration, agent,
      json_build_object('fingerprint', configuration, 'agent_version', agent_version, 'backend', backend), ended_at
    FROM ended WHERE configuration <> '' ORDER BY tenant, configuration, ended_at
    ON CONFLICT DO NOTHING
  )
  INSERT INTO evaluation.outcomes (${NAMES}) SELECT ${NAMES} FROM ended ORDER BY tenant, run_id
  ON CONFLICT DO NOTHING RETURNING tenant, run_id`;

/**
 * Records how runs ended, all in one statement, each with its configuration.
 *
 * @returns of each whether it was new: told again, or twice among these, an outcome changes nothing
 */
export async function insertOutcomes(on: DataSource | EntityManager, runs: readonly EndedRun[]): Promise<boolean[]> {
  const inserted = await sql<{ tenant: string; run_id: string }>(
    on,
    INSERT,
    OUTCOME_COLUMNS.map((column) => runs.map(column.of)),
    { name: 'evaluator_outcomes' },
  );
  const fresh = new Set(inserted.map(({ tenant, run_id }) => `${tenant} ${run_id}`));
  // Taken out once it was met: of two that are the same, the first is the new one.
  return runs.map(({ tenant, runId }) => fresh.delete(`${tenant} ${runId}`));
}
