import type { Config } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { journalOwner } from '@switchyard/journal/owner';
import { createDataSource, sql, type DatabaseOwner } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import type { ServiceDefinition } from './service-definition.js';

/** Small: many services share one server, and group commit needs few. */
const DEFAULT_POOL_SIZE = 4;

/**
 * The service's data source, where its definition asks for one.
 *
 * @throws SwitchyardError `database.unavailable` (retryable), `database.not_migrated`
 */
export async function openDatabase(definition: ServiceDefinition, config: Config): Promise<DataSource | undefined> {
  const owners = ownersOf(definition);
  const [first] = owners;
  if (!first) return undefined;
  const dataSource = await createDataSource({
    url: config.databaseUrl,
    schema: first.schema,
    entities: owners.flatMap(({ entities }) => entities),
    poolSize: definition.poolSize ?? DEFAULT_POOL_SIZE,
    applicationName: `switchyard-${definition.name}`,
  });
  try {
    for (const owner of owners) await checkMigrations(dataSource, owner);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

function ownersOf({ owner, usesJournal }: ServiceDefinition): DatabaseOwner[] {
  const owners = owner ? [owner] : [];
  return usesJournal && owner?.schema !== journalOwner.schema ? [...owners, journalOwner] : owners;
}

/** Without its tables a service would start and fail at every request. It never migrates by itself. */
async function checkMigrations(dataSource: DataSource, { schema, migrations }: DatabaseOwner): Promise<void> {
  const table = `"${schema}"."migrations"`;
  const [found] = await sql<{ present: boolean }>(dataSource, 'SELECT to_regclass($1) IS NOT NULL AS present', [table]);
  const applied = found?.present ? await sql<{ name: string }>(dataSource, `SELECT name FROM ${table}`) : [];
  const names = new Set(applied.map(({ name }) => name));
  const missing = migrations
    .map((migration) => new migration().name ?? migration.name)
    .filter((name) => !names.has(name));
  if (missing.length === 0) return;
  throw new SwitchyardError(
    'database.not_migrated',
    `Schema ${schema} lacks ${missing.join(', ')}. Run the migrations first (\`switchyard up\` does; in a deployment, the migration job).`,
    { details: { schema, missing }, retryable: true },
  );
}
