import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { GroupCommit, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { ReadBackend } from './read-backend.js';

/** A row of registry.backends. */
export interface BackendRow {
  name: string;
  base_url: string;
  api: string;
  model: string;
  profile: JsonObject;
  api_key_env: string;
  simulated: boolean;
  note: string;
  concurrency: number;
  status: string;
  consecutive_failures: number;
  last_error: JsonObject | null;
  checked_at: Date | null;
}

/** So many failures in a row, with no success between, and the backend counts as failing; one that is terminal is enough. */
export const FAILURES_UNTIL_FAILING = 3;

/** So long a report of success is good for the next ones, in milliseconds. */
const WELL_FOR_MS = 5_000;

const COLUMNS =
  'name, base_url, api, model, profile, api_key_env, simulated, note, concurrency, status, consecutive_failures, last_error, checked_at';

@Injectable()
export class BackendsRepository {
  /** Under load many tasks ask at once: one statement answers them, and each sees what was committed before it asked. */
  readonly #list: GroupCommit<undefined, BackendRow[]>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.#list = new GroupCommit({
      flush: async (askers) => {
        const rows = await this.readAll();
        return askers.map(() => ({ status: 'fulfilled', value: rows }));
      },
      maxWaitMs: 1,
    });
  }

  /** What was known of its health stays, unless it is another endpoint now, or failed: who applies it again has mended it. */
  async apply(backend: ReadBackend): Promise<BackendRow> {
    const { name, baseUrl, api, model, profile, apiKeyEnv, simulated, note, concurrency } = backend;
    const same = `(b.base_url, b.api, b.model, b.api_key_env) = (excluded.base_url, excluded.api, excluded.model, excluded.api_key_env) AND b.status <> 'failing'`;
    const [row] = await sql<BackendRow>(
      this.dataSource,
      `INSERT INTO registry.backends AS b
         (name, base_url, api, model, profile, api_key_env, simulated, note, concurrency, status, consecutive_failures, updated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, 'unknown', 0, now())
       ON CONFLICT (name) DO UPDATE SET
         base_url = excluded.base_url, api = excluded.api, model = excluded.model, profile = excluded.profile,
         api_key_env = excluded.api_key_env, simulated = excluded.simulated, note = excluded.note,
         concurrency = excluded.concurrency, updated_at = now(),
         status = CASE WHEN ${same} THEN b.status ELSE 'unknown' END,
         consecutive_failures = CASE WHEN ${same} THEN b.consecutive_failures ELSE 0 END,
         last_error = CASE WHEN ${same} THEN b.last_error END,
         checked_at = CASE WHEN ${same} THEN b.checked_at END
       RETURNING ${COLUMNS}`,
      [name, baseUrl, api, model, JSON.stringify(profile), apiKeyEnv, simulated, note, concurrency],
    );
    if (!row) throw new TypeError('INSERT … RETURNING gave no row');
    return row;
  }

  list(): Promise<BackendRow[]> {
    return this.#list.submit(undefined);
  }

  async names(): Promise<string[]> {
    return (await sql<{ name: string }>(this.dataSource, 'SELECT name FROM registry.backends ORDER BY name')).map(
      ({ name }) => name,
    );
  }

  async get(name: string): Promise<BackendRow | undefined> {
    const [row] = await sql<BackendRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.backends WHERE name = $1`, [
      name,
    ]);
    return row;
  }

  /** Removes it unless runs that have not ended are on it. */
  async remove(name: string): Promise<'removed' | 'unknown' | { openRuns: number }> {
    const [row] = await sql<{ open: number; removed: number; known: number }>(
      this.dataSource,
      `WITH open AS (SELECT count(*)::int AS n FROM registry.tasks WHERE backend = $1 AND ended_at IS NULL),
            removed AS (DELETE FROM registry.backends WHERE name = $1 AND (SELECT n FROM open) = 0 RETURNING 1)
       SELECT (SELECT n FROM open) AS open, (SELECT count(*)::int FROM removed) AS removed,
              (SELECT count(*)::int FROM registry.backends WHERE name = $1) AS known`,
      [name],
    );
    if (!row || row.known === 0) return 'unknown';
    return row.removed > 0 ? 'removed' : { openRuns: row.open };
  }

  /**
   * One report counts once: the counting is done in the statement, so that reports of many executors add up. That all is
   * well is written once in a while only: executors say it often, and it is one row for all of them.
   */
  async report(name: string, ok: boolean, error: JsonObject | null): Promise<boolean> {
    // A wrong key or an empty account fails every time: nobody need find that out three times.
    const enough = error !== null && error['retryable'] !== true ? 1 : FAILURES_UNTIL_FAILING;
    const rows = await sql<{ name: string }>(
      this.dataSource,
      `WITH known AS (SELECT name FROM registry.backends WHERE name = $1),
            written AS (
              UPDATE registry.backends SET
                consecutive_failures = CASE WHEN $2 THEN 0 ELSE consecutive_failures + 1 END,
                status = CASE WHEN $2 THEN 'healthy' WHEN consecutive_failures + 1 >= $4 THEN 'failing' ELSE status END,
                last_error = CASE WHEN $2 THEN last_error ELSE $3::jsonb END,
                checked_at = now()
              WHERE name = $1 AND NOT ($2 AND status = 'healthy' AND consecutive_failures = 0
                                       AND checked_at > now() - $5 * interval '1 millisecond'))
       SELECT name FROM known`,
      [name, ok, error === null ? null : JSON.stringify(error), enough, WELL_FOR_MS],
    );
    return rows.length > 0;
  }

  private readAll(): Promise<BackendRow[]> {
    return sql<BackendRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.backends ORDER BY name`, [], {
      name: 'backends_all',
    });
  }
}
