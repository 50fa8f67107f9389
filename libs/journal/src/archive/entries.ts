import type { JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { unpackEntries } from './pack-entries.js';

/** A run's entries as they are stored, wherever they stand. */
export class Entries {
  constructor(private readonly dataSource: DataSource) {}

  /** With a higher seq, in order. None where there is no such run. @throws SwitchyardError `journal.archive_damaged` */
  async after(runId: string, seq: number, limit: number): Promise<JsonObject[]> {
    const rows = await sql<{ seq: number; data: JsonObject | null }>(
      this.dataSource,
      `SELECT seq, CASE WHEN seq > $2 THEN data END AS data FROM journal.events
       WHERE run_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3 + 1`,
      [runId, seq, limit],
      { name: 'journal_load' },
    );
    // The row of `seq` itself says that the run is not archived: who asks for what is new, and finds nothing, pays no more.
    if (rows.length > 0) return rows.flatMap(({ data }) => (data === null ? [] : [data])).slice(0, limit);
    return (await this.archived(runId)).slice(seq, seq + limit).map(parsed);
  }

  /** Of these types, in order. */
  async ofTypes(runId: string, types: readonly string[]): Promise<JsonObject[]> {
    const rows = await sql<{ data: JsonObject }>(
      this.dataSource,
      'SELECT data FROM journal.events WHERE run_id = $1 AND type = ANY ($2::text[]) ORDER BY seq',
      [runId, types],
    );
    if (rows.length > 0) return rows.map(({ data }) => data);
    const fields = types.map(fieldOf);
    return (await this.archived(runId)).map(parsed).filter((entry) => fields.some((field) => field in entry));
  }

  /** JSON texts of all entries of a run that is archived, in order from seq 1; none where it is not. */
  async archived(runId: string): Promise<string[]> {
    const [row] = await sql<{ entries: Buffer }>(
      this.dataSource,
      'SELECT entries FROM journal.archives WHERE run_id = $1',
      [runId],
      { name: 'journal_archive' },
    );
    return row ? unpackEntries(runId, row.entries) : [];
  }
}

function parsed(line: string): JsonObject {
  return JSON.parse(line) as JsonObject;
}

/** The field of a RunEvent that holds an entry of this type: ApprovalResolved is in approval_resolved. */
function fieldOf(type: string): string {
  return type.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
