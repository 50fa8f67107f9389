import pg from 'pg';
import { DataSource } from 'typeorm';
import { SwitchyardError } from '@switchyard/contracts';
import { dataSourceOptions } from './create-data-source.js';
import type { DatabaseOwner } from './database-owner.js';
import { mapDatabaseError } from './database-error.js';

/** What the runner is doing, for a progress line. */
export type MigrationProgress =
  | { step: 'waiting' }
  | { step: 'schema'; schema: string; done: number; total: number }
  | { step: 'migration'; schema: string; name: string };

export interface MigrationReport {
  schema: string;
  /** Names of the migrations that ran now; empty when the schema was up to date. */
  applied: string[];
}

export interface RunMigrationsOptions {
  onProgress?: (progress: MigrationProgress) => void;
}

/** "switchya" as a number: one lock for all migrations of a database, whoever runs them. */
const LOCK_KEY = '8319395793566789473';

/**
 * Brings every owner's schema up to date, in order. Runs as a job, never at a replica's boot. Safe to run again and at
 * the same time from many processes: one works, the others wait and then find nothing to do.
 *
 * @throws SwitchyardError `database.unavailable` (retryable), `database.…`, `database.schema_invalid`
 */
export async function runMigrations(
  url: string,
  owners: readonly DatabaseOwner[],
  options: RunMigrationsOptions = {},
): Promise<MigrationReport[]> {
  const report = options.onProgress ?? (() => undefined);
  const client = new pg.Client({ connectionString: url, application_name: 'switchyard-migrations' });
  // A connection that breaks under the lock is reported by the next statement; unheard, it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await lock(client, report);
    const reports: MigrationReport[] = [];
    for (const [index, owner] of owners.entries()) {
      report({ step: 'schema', schema: owner.schema, done: index, total: owners.length });
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(owner.schema)}`);
      reports.push(await migrate(url, owner, report));
    }
    return reports;
  } catch (error) {
    throw mapDatabaseError(error);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

async function lock(client: pg.Client, report: (progress: MigrationProgress) => void): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${LOCK_KEY}) AS locked`);
  if (rows[0]?.locked) return;
  report({ step: 'waiting' });
  await client.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
}

async function migrate(
  url: string,
  owner: DatabaseOwner,
  report: (progress: MigrationProgress) => void,
): Promise<MigrationReport> {
  const { schema, entities, migrations } = owner;
  const dataSource = new DataSource(dataSourceOptions({ url, schema, entities, migrations, poolSize: 1 }));
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const { name } of applied) report({ step: 'migration', schema, name });
    return { schema, applied: applied.map(({ name }) => name) };
  } finally {
    await dataSource.destroy();
  }
}

function quoted(schema: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(schema)) return `"${schema}"`;
  throw new SwitchyardError('database.schema_invalid', `"${schema}" is not a schema name: use a-z, 0-9 and "_".`);
}
