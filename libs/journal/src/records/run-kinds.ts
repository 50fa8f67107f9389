import { sql, tableKind, type RecordKind } from '@switchyard/persistence';
import { closingEntries } from './closing-entry.js';
import { runLines } from './run-lines.js';
import { RUN_TABLE } from './run-table.js';
import { storeEntries } from './store-entries.js';

const rows = tableKind(RUN_TABLE);

/** Runs, each with its journal behind it. One that had not ended comes in as cancelled, and never moves. */
export const RUNS: RecordKind = {
  ...rows,
  page: runLines,
  store: async (on, tenant, records) => {
    const found = await rows.store(on, tenant, records);
    const open = records.flatMap(({ data }) => (data['ended_at'] === null ? [String(data['run_id'])] : []));
    await storeEntries(on, tenant, await closingEntries(on, tenant, open));
    return found;
  },
};

/** Entries of the journal. They come with their runs. */
export const ENTRIES: RecordKind = {
  kind: 'entry',
  part: 'runs',
  tables: ['journal.events', 'journal.archives'],
  ofPlatform: false,
  key: ['run_id', 'seq'],
  along: 'run',
  links: [],
  byItself: false,
  count: async (on, { tenant, since }) => {
    const [row] = await sql<{ n: string }>(
      on,
      'SELECT coalesce(sum(seq), 0) AS n FROM journal.runs WHERE tenant = $1 AND created_at >= $2',
      [tenant, since ?? new Date(0)],
    );
    return Number(row?.n ?? 0);
  },
  page: () => Promise.resolve([]),
  store: async (on, tenant, records) => {
    const found = await storeEntries(
      on,
      tenant,
      records.map(({ data }) => data),
    );
    return { ...found, kept: 0, notes: [] };
  },
};
