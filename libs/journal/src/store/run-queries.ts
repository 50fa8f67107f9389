import { payloadReference, unescapeReferences, type JsonObject, type RunEvent } from '@switchyard/contracts';
import { sql, type SqlParameter } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { JOURNAL_FORM } from '../forms/journal-form.js';
import { readEntry } from '../forms/read-entry.js';
import { END_STATUSES, type RunStatus } from '../state/run-state.js';
import { RUN_COLUMNS, type RunRecord } from './run-record.js';

/** Empty or absent parts do not narrow. */
export interface RunFilter {
  tenant?: string;
  runId?: string;
  agent?: string;
  status?: string | readonly RunStatus[];
  thread?: string;
  backend?: string;
  /** The run whose calls started them. */
  parent?: string;
  /** The last run of the page before: only older ones are given. */
  before?: string;
  /** Default 50, at most 1,000. */
  limit?: number;
}

export async function listRuns(dataSource: DataSource, filter: RunFilter): Promise<RunRecord[]> {
  const { conditions, parameters } = conditionsOf(filter);
  const limit = Math.min(filter.limit || 50, 1_000);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const rows = await sql<RunRecord>(
    dataSource,
    `SELECT ${RUN_COLUMNS} FROM journal.runs r ${where} ORDER BY r.created_at DESC, r.run_id DESC LIMIT ${limit}`,
    parameters,
  );
  return rows.map(readRecord);
}

/** A row as it was before it was stored, but for what is too large. */
function readRecord(row: RunRecord): RunRecord {
  const [input, output] = [payloadReference(row.input), payloadReference(row.output)];
  return {
    ...row,
    input: input ? row.input : unescapeReferences(row.input),
    output: output ? row.output : unescapeReferences(row.output),
    ...(input || output ? { payloads: { ...(input ? { input } : {}), ...(output ? { output } : {}) } } : {}),
  };
}

/** Whether the journal has an end of this run; false where there is no such run. */
export async function isEnded(dataSource: DataSource, runId: string): Promise<boolean> {
  const rows = await sql(dataSource, 'SELECT 1 FROM journal.runs WHERE run_id = $1 AND ended_at IS NOT NULL', [runId], {
    name: 'journal_ended',
  });
  return rows.length > 0;
}

/** The last seq that the journal has of this run; 0 where there is no such run. */
export async function lastSeq(dataSource: DataSource, runId: string): Promise<number> {
  const rows = await sql<{ seq: number }>(dataSource, 'SELECT seq FROM journal.runs WHERE run_id = $1', [runId], {
    name: 'journal_last_seq',
  });
  return rows[0]?.seq ?? 0;
}

/** What a newer build wrote, its own relay publishes: who cannot read it would change it on the way. */
const READABLE = `coalesce((e.data ->> 'version')::integer, 1) <= ${JOURNAL_FORM}`;

/** Of one run, whatever its age: what its journal has and EVENTS is not known to have. */
export async function unpublishedEventsOf(dataSource: DataSource, runId: string): Promise<RunEvent[]> {
  const rows = await sql<{ data: JsonObject }>(
    dataSource,
    `SELECT e.data FROM journal.runs r JOIN journal.events e ON e.run_id = r.run_id AND NOT r.published @> e.seq
     WHERE r.run_id = $1 AND ${READABLE} ORDER BY e.seq`,
    [runId],
  );
  return rows.map(({ data }) => readEntry(data));
}

export async function unpublishedEvents(dataSource: DataSource, olderThan: Date, limit: number): Promise<RunEvent[]> {
  const rows = await sql<{ data: JsonObject }>(
    dataSource,
    `SELECT e.data FROM journal.runs r JOIN journal.events e ON e.run_id = r.run_id AND NOT r.published @> e.seq
     WHERE NOT r.settled AND NOT r.published @> int4range(1, r.seq, '[]') AND r.updated_at < $1 AND ${READABLE}
     ORDER BY r.created_at, r.run_id, e.seq LIMIT $2`,
    [olderThan, limit],
  );
  return rows.map(({ data }) => readEntry(data));
}

function conditionsOf(filter: RunFilter): { conditions: string[]; parameters: SqlParameter[] } {
  const conditions: string[] = [];
  const parameters: SqlParameter[] = [];
  const add = (text: (name: string) => string, value: SqlParameter | undefined): void => {
    if (value === undefined || value === '') return;
    parameters.push(value);
    conditions.push(text(`$${parameters.length}`));
  };
  add((p) => `r.tenant = ${p}`, filter.tenant);
  add((p) => `r.run_id = ${p}`, filter.runId);
  add((p) => `r.agent = ${p}`, filter.agent);
  add((p) => `r.thread = ${p}`, filter.thread);
  add((p) => `r.backend = ${p}`, filter.backend);
  add((p) => `r.parent_run_id = ${p} AND r.parent_run_id <> ''`, filter.parent);
  const statuses = typeof filter.status === 'string' ? filter.status && [filter.status] : filter.status;
  add((p) => `r.status = ANY (${p}::text[])`, statuses);
  // Nothing that goes on is settled: the index of open runs serves, however many have ended.
  if (statuses && !END_STATUSES.some((ended) => statuses.includes(ended))) conditions.push('NOT r.settled');
  add(
    (p) => `(r.created_at, r.run_id) < (SELECT b.created_at, b.run_id FROM journal.runs b WHERE b.run_id = ${p})`,
    filter.before,
  );
  return { conditions, parameters };
}
