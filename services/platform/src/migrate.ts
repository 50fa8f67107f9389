import { journalOwner } from '@switchyard/journal';
import { runMigrations, type DatabaseOwner, type MigrationReport } from '@switchyard/persistence';
import { loadDefinitions } from './service-table.js';

/** Every schema of the platform with its migrations, each owned by one service (architecture.md, truth and transport). */
export async function databaseOwners(): Promise<DatabaseOwner[]> {
  const definitions = await loadDefinitions();
  return [journalOwner, ...definitions.flatMap((definition) => definition.owner ?? [])];
}

/** Brings the database up to this version. A job of its own: no service migrates at its boot. */
export async function migrate(databaseUrl: string): Promise<MigrationReport[]> {
  return runMigrations(databaseUrl, await databaseOwners());
}
