import type { EntityManager } from 'typeorm';
import { sql } from '../sql.js';

/** A column of a table as Postgres has it. */
export interface TableColumn {
  name: string;
  /** `timestamp with time zone`, `text[]`. */
  type: string;
}

const known = new Map<string, Promise<readonly TableColumn[]>>();

/** A table's columns in their order; read once a process, for a running service's schema does not change under it. */
export function columnsOf(on: EntityManager, table: string): Promise<readonly TableColumn[]> {
  const found = known.get(table);
  if (found) return found;
  const read = sql<TableColumn>(
    on,
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  known.set(table, read);
  // What failed is asked for again.
  read.catch(() => known.delete(table));
  return read;
}
