import { unescapeReferences, type InputAppended, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { Entries } from '../archive/entries.js';
import { readEntry } from '../forms/read-entry.js';
import { hashesIn, resolveEvent } from '../payloads/resolve.js';
import type { RunError, RunStatus } from '../state/run-state.js';

/** What a run of a thread said and was told. */
export interface ThreadRun {
  runId: string;
  status: RunStatus;
  input: JsonValue;
  /** What users added while it was under way, in order; not what was said in answer to its questions. */
  added: InputAppended[];
  output: JsonValue;
  error: RunError | null;
}

/**
 * Runs of a thread that were completed, and those that were cancelled for a reason that begins so; newest first, up to
 * the first with something that is too large for an event. One statement, and one for each run that is archived.
 */
export async function threadRuns(
  dataSource: DataSource,
  { tenant, thread, cancelledFor, limit }: { tenant: string; thread: string; cancelledFor: string; limit: number },
): Promise<ThreadRun[]> {
  const found = await sql<Omit<ThreadRun, 'added'> & { archived: boolean; added: JsonObject[] }>(
    dataSource,
    `SELECT r.run_id AS "runId", r.status, r.input, r.output, r.error, r.archived, coalesce(
       (SELECT jsonb_agg(e.data ORDER BY e.seq) FROM journal.events e
        WHERE e.run_id = r.run_id AND e.type = 'InputAppended' AND e.data->'input_appended'->>'source' = 'user'), '[]') AS added
     FROM journal.runs r WHERE r.tenant = $1 AND r.thread = $2
       AND (r.status = 'completed' OR (r.status = 'cancelled' AND starts_with(r.error->>'message', $3)))
     ORDER BY r.created_at DESC, r.run_id DESC LIMIT $4`,
    [tenant, thread, cancelledFor, limit],
    { name: 'journal_thread_runs' },
  );
  const rows = await Promise.all(
    found.map(async ({ archived, ...row }) =>
      archived ? { ...row, added: await archivedInput(dataSource, row.runId) } : row,
    ),
  );
  // What is too large for an event is too much to be told of: the history begins after it.
  const tooMuch = rows.findIndex(({ input, output, added }) => hashesIn([input, output, ...added]).size > 0);
  return rows.slice(0, tooMuch < 0 ? undefined : tooMuch).map((row) => ({
    ...row,
    input: unescapeReferences(row.input),
    output: unescapeReferences(row.output),
    added: row.added.flatMap(inputOf),
  }));
}

async function archivedInput(dataSource: DataSource, runId: string): Promise<JsonObject[]> {
  const entries = await new Entries(dataSource).ofTypes(runId, ['InputAppended']);
  return entries.filter((entry) => {
    const { body } = readEntry(entry);
    return body.case === 'inputAppended' && body.value.source === 'user';
  });
}

function inputOf(data: JsonObject): InputAppended[] {
  const { body } = readEntry(resolveEvent(data, new Map()));
  return body.case === 'inputAppended' ? [body.value] : [];
}
