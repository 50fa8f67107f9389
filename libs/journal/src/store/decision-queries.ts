import type { JsonObject, RunEvent } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { readEntry } from '../forms/read-entry.js';

export interface DecisionFilter {
  tenant: string;
  /** '' for all. */
  runId: string;
  /** The tool that was called; '' for all. */
  tool: string;
  /** Who decided; '' for all. */
  by: string;
  /** Only those of that moment and later. */
  since?: Date | undefined;
  /** Only those before that moment. */
  before?: Date | undefined;
  limit: number;
}

/** What was decided about a call, and what had been asked. */
export interface DecisionMade {
  runId: string;
  agent: string;
  resolved: RunEvent;
  requested: RunEvent | undefined;
}

/** The newest first, of runs that are not archived. */
export async function decisionsMade(dataSource: DataSource, filter: DecisionFilter): Promise<DecisionMade[]> {
  const rows = await sql<{ runId: string; agent: string; resolved: JsonObject; requested: JsonObject | null }>(
    dataSource,
    `SELECT d.run_id AS "runId", r.agent, d.data AS resolved, q.data AS requested
     FROM journal.events d
     JOIN journal.runs r ON r.run_id = d.run_id
     LEFT JOIN LATERAL (
       SELECT e.data FROM journal.events e
       WHERE e.run_id = d.run_id AND e.seq < d.seq AND e.type = 'ApprovalRequested'
         AND e.data->'approval_requested'->>'call_id' = d.data->'approval_resolved'->>'call_id'
       ORDER BY e.seq DESC LIMIT 1
     ) q ON true
     WHERE d.type = 'ApprovalResolved' AND d.tenant = $1 AND ($2 = '' OR d.run_id = $2)
       AND ($3 = '' OR q.data->'approval_requested'->>'tool' = $3)
       AND ($4 = '' OR d.data->'approval_resolved'->>'by' = $4)
       AND ($5::timestamptz IS NULL OR d.time >= $5) AND ($6::timestamptz IS NULL OR d.time < $6)
     ORDER BY d.time DESC, d.run_id DESC LIMIT $7`,
    [filter.tenant, filter.runId, filter.tool, filter.by, filter.since ?? null, filter.before ?? null, filter.limit],
  );
  return rows.map(({ resolved, requested, ...row }) => ({
    ...row,
    resolved: readEntry(resolved),
    requested: requested ? readEntry(requested) : undefined,
  }));
}
