import { sql, type SqlParameter } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { RUN_COLUMNS, type RunRecord } from './run-record.js';

/** Empty or absent parts do not narrow. */
export interface FailedRunFilter {
  tenant?: string;
  runId?: string;
  agent?: string;
  backend?: string;
  /** Of what it failed with. */
  code?: string;
  /** The last run of the page before: only those that failed before it are given. */
  before?: Pick<RunRecord, 'runId' | 'endedAt'>;
  /** At most 1,000. */
  limit: number;
}

/** Runs that failed, the last one first. */
export async function failedRuns(dataSource: DataSource, filter: FailedRunFilter): Promise<RunRecord[]> {
  const { tenant, runId, agent, backend, code, before } = filter;
  const parameters: SqlParameter[] = [];
  const parameter = (value: SqlParameter): string => `$${parameters.push(value)}`;
  // The first condition is that of the index `runs_failed`.
  const conditions = ['r.error IS NOT NULL', `r.status = 'failed'`];
  const given: readonly (readonly [string, string | undefined])[] = [
    ['r.tenant', tenant],
    ['r.run_id', runId],
    ['r.agent', agent],
    ['r.backend', backend],
    [`r.error ->> 'code'`, code],
  ];
  for (const [column, value] of given) if (value) conditions.push(`${column} = ${parameter(value)}`);
  if (before) conditions.push(`(r.ended_at, r.run_id) < (${parameter(before.endedAt)}, ${parameter(before.runId)})`);
  return sql<RunRecord>(
    dataSource,
    `SELECT ${RUN_COLUMNS} FROM journal.runs r WHERE ${conditions.join(' AND ')}
     ORDER BY r.ended_at DESC, r.run_id DESC LIMIT ${Math.min(filter.limit, 1_000)}`,
    parameters,
  );
}
