import type { EntityManager } from 'typeorm';
import { sql, type SqlParameter } from '@switchyard/persistence';

/** Runs one statement, prepared under its name: all that an index needs of a database. */
export type Query = <Row extends object>(
  name: string,
  text: string,
  parameters: readonly SqlParameter[],
) => Promise<Row[]>;

/** Within a transaction. */
export function queryOn(manager: EntityManager): Query {
  return <Row extends object>(name: string, text: string, parameters: readonly SqlParameter[]) =>
    sql<Row>(manager, text, parameters, { name });
}
