import { DataSource, type QueryRunner } from 'typeorm';
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
    const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
    dataSource.createQueryRunner = (mode) => oneAtATime(createQueryRunner(mode));
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } catch (error) {
    throw mapDatabaseError(error);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/**
 * TypeORM reads a schema by many queries at once on one connection, which pg warns of on standard error and will refuse
 * from version 9 on.
 */
function oneAtATime(runner: QueryRunner): QueryRunner {
  const query: (...args: never[]) => Promise<unknown> = runner.query.bind(runner);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (...args: never[]): Promise<unknown> => {
    const asked = last.then(() => query(...args));
    last = asked.catch(() => undefined);
    return asked;
  };
  return Object.assign(runner, { query: inTurn });
}
