import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { GroupCommit, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { coolDownMs, countsForCircuit, FAILURE_WINDOW_MS, OPENING_FAILURES } from './circuit.js';
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
  tokens_per_minute: number;
  requests_per_minute: number;
  open_until: Date | null;
}

/** What a report has changed. */
export interface Reported {
  /** The circuit as it was and is; null where it is closed. */
  before: Date | null;
  after: Date | null;
}

/** So many failures in a row, with no success between, and the backend counts as failing; one that is terminal is enough. */
export const FAILURES_UNTIL_FAILING = 3;

/** So long a report of success is good for the next ones, in milliseconds. */
const WELL_FOR_MS = 5_000;

const COLUMNS =
  'name, base_url, api, model, profile, api_key_env, simulated, note, concurrency, status, consecutive_failures, last_error, checked_at, tokens_per_minute, requests_per_minute, open_until';

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
    const { tokensPerMinute, requestsPerMinute } = backend;
    const same = `(b.base_url, b.api, b.model, b.api_key_env) = (excluded.base_url, excluded.api, excluded.model, excluded.api_key_env) AND b.status <> 'failing'`;
    const [row] = await sql<BackendRow>(
      this.dataSource,
      `INSERT INTO registry.backends AS b
         (name, base_url, api, model, profile, api_key_env, simulated, note, concurrency, status, consecutive_failures,
          tokens_per_minute, requests_per_minute, updated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, 'unknown', 0, $10, $11, now())
       ON CONFLICT (name) DO UPDATE SET
         base_url = excluded.base_url, api = excluded.api, model = excluded.model, profile = excluded.profile,
         api_key_env = excluded.api_key_env, simulated = excluded.simulated, note = excluded.note,
         concurrency = excluded.concurrency, updated_at = now(),
         tokens_per_minute = excluded.tokens_per_minute, requests_per_minute = excluded.requests_per_minute,
         open_until = CASE WHEN ${same} THEN b.open_until END,
         openings = CASE WHEN ${same} THEN b.openings ELSE 0 END,
         recent_failures = CASE WHEN ${same} THEN b.recent_failures ELSE 0 END,
         status = CASE WHEN ${same} THEN b.status ELSE 'unknown' END,
         consecutive_failures = CASE WHEN ${same} THEN b.consecutive_failures ELSE 0 END,
         last_error = CASE WHEN ${same} THEN b.last_error END,
         checked_at = CASE WHEN ${same} THEN b.checked_at END
       RETURNING ${COLUMNS}`,
      [
        name,
        baseUrl,
        api,
        model,
        JSON.stringify(profile),
        apiKeyEnv,
        simulated,
        note,
        concurrency,
        tokensPerMinute,
        requestsPerMinute,
      ],
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
   * well is written once in a while only: executors say it often, and it is one row for all of them. Undefined where there
   * is no such backend.
   */
  async report(name: string, ok: boolean, error: JsonObject | null): Promise<Reported | undefined> {
    // A wrong key or an empty account fails every time: nobody need find that out three times.
    const enough = error !== null && error['retryable'] !== true ? 1 : FAILURES_UNTIL_FAILING;
    const counts = !ok && countsForCircuit(String(error?.['code'] ?? ''));
    const random = Math.random();
    const coolDowns = Array.from({ length: 8 }, (_, openings) => coolDownMs(openings, random));
    const recent = `CASE WHEN b.recent_since > now() - ${FAILURE_WINDOW_MS} * interval '1 millisecond' THEN b.recent_failures + 1 ELSE 1 END`;
    // Half open, one failure is enough; what failed while it was open was on its way before.
    const opens = `$6 AND (b.open_until <= now() OR (b.open_until IS NULL AND ${recent} >= ${OPENING_FAILURES}))`;
    const [row] = await sql<Reported>(
      this.dataSource,
      `WITH known AS (SELECT name, open_until FROM registry.backends WHERE name = $1),
            written AS (
              UPDATE registry.backends b SET
                consecutive_failures = CASE WHEN $2 THEN 0 ELSE consecutive_failures + 1 END,
                status = CASE WHEN $2 THEN 'healthy' WHEN consecutive_failures + 1 >= $4 THEN 'failing' ELSE status END,
                last_error = CASE WHEN $2 THEN last_error ELSE $3::jsonb END,
                checked_at = now(),
                recent_failures = CASE WHEN $2 THEN 0 WHEN $6 THEN ${recent} ELSE b.recent_failures END,
                recent_since = CASE WHEN $2 THEN NULL
                  WHEN $6 AND (b.recent_since > now() - ${FAILURE_WINDOW_MS} * interval '1 millisecond') IS NOT TRUE THEN now()
                  ELSE b.recent_since END,
                open_until = CASE WHEN $2 THEN NULL
                  WHEN ${opens} THEN now() + ($7::integer[])[least(b.openings, 7) + 1] * interval '1 millisecond'
                  ELSE b.open_until END,
                openings = CASE WHEN $2 THEN 0 WHEN ${opens} THEN b.openings + 1 ELSE b.openings END
              WHERE name = $1 AND NOT ($2 AND status = 'healthy' AND consecutive_failures = 0 AND open_until IS NULL
                                       AND checked_at > now() - $5 * interval '1 millisecond')
              RETURNING name, open_until)
       SELECT k.open_until AS before, CASE WHEN w.name IS NULL THEN k.open_until ELSE w.open_until END AS after
       FROM known k LEFT JOIN written w USING (name)`,
      [name, ok, error === null ? null : JSON.stringify(error), enough, WELL_FOR_MS, counts, coolDowns],
    );
    return row;
  }

  private readAll(): Promise<BackendRow[]> {
    return sql<BackendRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.backends ORDER BY name`, [], {
      name: 'backends_all',
    });
  }
}
