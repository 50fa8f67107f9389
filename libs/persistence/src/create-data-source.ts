import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Client } from 'pg';
import type { DatabaseOwner, EntityClass } from './database-owner.js';
import { mapDatabaseError } from './database-error.js';

export interface DataSourceInit {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Where unqualified entity names live. */
  schema: string;
  /** The owner's own entities and, where a service uses it, the journal's. */
  entities: readonly EntityClass[];
  /** Only the migrations runner needs them; a service never migrates at boot. */
  migrations?: DatabaseOwner['migrations'];
  /** Connections at most. Default 8. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

/** How long a new connection may take before the database counts as unavailable, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A connected data source that never changes the schema by itself. Close it with `destroy()`.
 *
 * @throws SwitchyardError `database.unavailable`, retryable, when nobody answers at the URL.
 */
export async function createDataSource(init: DataSourceInit): Promise<DataSource> {
  const dataSource = new DataSource(dataSourceOptions(init));
  try {
    return await dataSource.initialize();
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

export function dataSourceOptions(init: DataSourceInit): DataSourceOptions {
  return {
    type: 'postgres',
    url: init.url,
    schema: init.schema,
    entities: [...init.entities],
    migrations: [...(init.migrations ?? [])],
    migrationsTableName: 'migrations',
    synchronize: false,
    migrationsRun: false,
    logging: false,
    poolSize: init.poolSize ?? 8,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: init.applicationName ?? 'switchyard',
    extra: { keepAlive: true, onConnect: hearErrors },
    // Schemas are made by the migrations runner; identifiers come from the application: no extension is needed.
    installExtensions: false,
    // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
    poolErrorHandler: () => undefined,
  };
}

/**
 * A server may say that it leaves in the same breath in which it takes the connection: before the pool and TypeORM have
 * hung their own listeners on it. Unheard, that ends the process; heard, it is the error of the next statement.
 */
function hearErrors(client: Client): void {
  client.on('error', () => undefined);
}
