import { DataSource } from 'typeorm';
import { dataSourceOptions } from './create-data-source.js';
import { mapDatabaseError } from './database-error.js';
import type { DatabaseOwner } from './database-owner.js';

/**
 * The statements that TypeORM would still run to make the schema what the entities say. Empty after the migrations, or
 * they and the entities tell two stories.
 */
export async function schemaDrift(url: string, owner: DatabaseOwner): Promise<string[]> {
  const { schema, entities } = owner;
  const dataSource = new DataSource(dataSourceOptions({ url, schema, entities, poolSize: 1 }));
  try {
    await dataSource.initialize();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } catch (error) {
    throw mapDatabaseError(error);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
