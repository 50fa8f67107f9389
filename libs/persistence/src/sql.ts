import { EntityManager, type DataSource, type QueryRunner } from 'typeorm';
import { isOfDatabase, isUnavailable, mapDatabaseError } from './database-error.js';

export type SqlParameter =
  string | number | boolean | Date | Buffer | null | readonly (string | number | boolean | Date | null)[];

export interface SqlOptions {
  /** Prepares the statement under this name, once a connection: for hot paths, where parsing and planning count. */
  name?: string;
}

/**
 * Runs one parameterised statement and gives its rows, whatever kind of statement it is (`UPDATE … RETURNING` too).
 * With an EntityManager it runs in that manager's transaction.
 *
 * @throws SwitchyardError `database.…`
 */
export async function sql<Row extends object>(
  on: DataSource | EntityManager,
  text: string,
  parameters: readonly SqlParameter[] = [],
  options: SqlOptions = {},
): Promise<Row[]> {
  const open = on instanceof EntityManager ? on.queryRunner : undefined;
  const runner = open ?? (on instanceof EntityManager ? on.dataSource : on).createQueryRunner();
  try {
    return await (options.name === undefined
      ? queryRows<Row>(runner, text, parameters)
      : queryPrepared<Row>(runner, options.name, text, parameters));
  } catch (error) {
    if (!open && isUnavailable(error)) await discard(runner);
    throw mapDatabaseError(error);
  } finally {
    if (!open) await runner.release();
  }
}

/**
 * All or nothing: commits when `work` resolves, rolls back when it rejects.
 *
 * @throws SwitchyardError `database.…`; what `work` throws and is not the database's stays as it is
 */
export async function inTransaction<Result>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  try {
    return await dataSource.transaction(work);
  } catch (error) {
    throw isOfDatabase(error) ? mapDatabaseError(error) : error;
  }
}

async function queryRows<Row extends object>(
  runner: QueryRunner,
  text: string,
  parameters: readonly SqlParameter[],
): Promise<Row[]> {
  const result = await runner.query(text, [...parameters], true);
  return result.records as Row[];
}

/** A server that leaves says so before the socket closes: without this, the pool would hand the dying connection out again. */
async function discard(runner: QueryRunner): Promise<void> {
  const client: PgClient | undefined = await runner.connect().catch(() => undefined);
  void client?.end().catch(() => undefined);
}

/** What TypeORM's `connect()` gives for Postgres: the pg client, which alone knows named statements. */
interface PgClient {
  end(): Promise<void>;
  query(config: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}

async function queryPrepared<Row extends object>(
  runner: QueryRunner,
  name: string,
  text: string,
  parameters: readonly SqlParameter[],
): Promise<Row[]> {
  const client: PgClient = await runner.connect();
  const result = await client.query({ name, text, values: [...parameters] });
  return result.rows as Row[];
}
