import { SwitchyardError } from '@switchyard/contracts';
import { sql, type RecordLine, type RecordScope } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import { unpackEntries } from '../archive/pack-entries.js';

/** Runs of one page at most, and about how many bytes of them and their entries. */
const PAGE = { runs: 100, bytes: 400_000 };
/** Of a run's row, what is a system's own affair. */
const OWN_AFFAIR = ['tenant', 'published', 'settled', 'archived'];

/** Where in the runs a page begins: behind an entry of a run that had so many when its row was given; 0: behind the row. */
interface Place {
  runId: string;
  seq: number;
  of: number;
}

interface RunRow {
  run_id: string;
  seq: number;
  archived: boolean;
  data: string;
}

/**
 * Runs by their ids, each with its entries behind it. Entries that are written while the export is at a run are left out:
 * the run is exported as it was.
 */
export async function runLines(on: EntityManager, scope: RecordScope, after: string): Promise<RecordLine[]> {
  const place = after === '' ? { runId: '', seq: 0, of: 0 } : placeOf(after);
  const rest = await restOf(on, place);
  const lines = rest.lines.map((line) => line);
  if (!rest.ended) return lines;
  const runs = await runsAfter(on, scope, place.runId);
  const entries = await entriesOfAll(on, runs);
  let bytes = sizeOf(lines);
  for (const run of runs) {
    if (bytes > PAGE.bytes) return lines;
    const own = { runId: run.run_id, seq: 0, of: run.seq };
    const ofRun = [
      { text: `{"kind":"run","data":${run.data}}`, after: JSON.stringify(Object.values(own)) },
      ...(entries.get(run.run_id) ?? []).map((text, index) => entryLine(text, { ...own, seq: index + 1 })),
    ];
    lines.push(...ofRun);
    bytes += sizeOf(ofRun);
    // The page's bytes were used up within this run: the next one goes on there.
    if (ofRun.length <= run.seq) return lines;
  }
  return lines;
}

/** What a page before left of a run. */
async function restOf(on: EntityManager, { runId, seq, of }: Place): Promise<{ lines: RecordLine[]; ended: boolean }> {
  if (seq >= of) return { lines: [], ended: true };
  const rows = await sql<{ seq: number; data: string }>(
    on,
    `SELECT seq, data FROM (
       SELECT seq, data::text AS data, sum(octet_length(data::text)) OVER (ORDER BY seq) - octet_length(data::text) AS before
       FROM (SELECT seq, data FROM journal.events WHERE run_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT 1000) e) s
     WHERE before < ${PAGE.bytes} ORDER BY seq`,
    [runId, seq, of],
  );
  const found = rows.length > 0 ? rows : await archivedAfter(on, runId, seq, of);
  const lines = found.map((row) => entryLine(row.data, { runId, seq: row.seq, of }));
  return { lines, ended: found.length === 0 || found.at(-1)?.seq === of };
}

async function archivedAfter(on: EntityManager, runId: string, seq: number, of: number) {
  const texts = (await archivedEntries(on, [runId])).get(runId) ?? [];
  const rest = texts.map((data, index) => ({ seq: index + 1, data })).slice(seq, of);
  let bytes = 0;
  return rest.filter(({ data }, index) => (bytes += data.length) <= PAGE.bytes || index === 0);
}

function runsAfter(on: EntityManager, { tenant, since }: RecordScope, runId: string): Promise<RunRow[]> {
  return sql<RunRow>(
    on,
    `SELECT r.run_id, r.seq, r.archived, d.data FROM journal.runs r
     CROSS JOIN LATERAL (SELECT (to_jsonb(r) - $4::text[])::text AS data) d
     WHERE r.tenant = $1 AND r.run_id > $2 AND r.created_at >= $3 ORDER BY r.run_id LIMIT ${PAGE.runs}`,
    [tenant, runId, since ?? new Date(0), OWN_AFFAIR],
  );
}

/** The first entries of each of these runs, as far as a page may have them. */
async function entriesOfAll(on: EntityManager, runs: readonly RunRow[]): Promise<Map<string, string[]>> {
  const kept = runs.filter(({ archived }) => !archived);
  const rows = await sql<{ run_id: string; data: string }>(
    on,
    `SELECT run_id, data FROM (
       SELECT run_id, seq, data::text AS data,
         sum(octet_length(data::text)) OVER (ORDER BY run_id, seq) - octet_length(data::text) AS before
       FROM (SELECT e.run_id, e.seq, e.data FROM unnest($1::text[], $2::integer[]) AS r (run_id, of)
             JOIN journal.events e ON e.run_id = r.run_id AND e.seq <= r.of ORDER BY e.run_id, e.seq LIMIT 2000) e) s
     WHERE before < ${PAGE.bytes} ORDER BY run_id, seq`,
    [kept.map((run) => run.run_id), kept.map((run) => run.seq)],
  );
  const entries = new Map<string, string[]>();
  for (const { run_id: runId, data } of rows) {
    const own = entries.get(runId);
    if (own) own.push(data);
    else entries.set(runId, [data]);
  }
  const packed = await archivedEntries(
    on,
    runs.filter(({ archived }) => archived).map((run) => run.run_id),
  );
  for (const [runId, texts] of packed) entries.set(runId, texts);
  return entries;
}

async function archivedEntries(on: EntityManager, runIds: readonly string[]): Promise<Map<string, string[]>> {
  if (runIds.length === 0) return new Map();
  const rows = await sql<{ run_id: string; entries: Buffer }>(
    on,
    'SELECT run_id, entries FROM journal.archives WHERE run_id = ANY ($1::text[])',
    [runIds],
  );
  return new Map(
    await Promise.all(rows.map(async (row) => [row.run_id, await unpackEntries(row.run_id, row.entries)] as const)),
  );
}

function entryLine(data: string, { runId, seq, of }: Place): RecordLine {
  return { text: `{"kind":"entry","data":${data}}`, after: JSON.stringify([runId, seq, of]) };
}

function sizeOf(lines: readonly RecordLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.length, 0);
}

/** @throws SwitchyardError `contract.invalid` */
function placeOf(after: string): Place {
  const [runId, seq, of] = /^\["([^"\\]*)",(\d{1,9}),(\d{1,9})\]$/.exec(after)?.slice(1) ?? [];
  if (runId !== undefined) return { runId, seq: Number(seq), of: Number(of) };
  throw new SwitchyardError(
    'contract.invalid',
    '"after" is no place in these runs: give it as the page before had it.',
    {
      details: { field: 'after' },
    },
  );
}
