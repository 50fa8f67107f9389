import pg from 'pg';
import { reason } from '../run-command.js';

export interface Login {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Refused, reset, or still starting (57P03 cannot_connect_now): ask again. Source: PostgreSQL, "Error Codes". */
const notYet = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03', 'ETIMEDOUT']);

/** Whether the server accepts this login and answers. Throws what asking again does not change (a wrong password). */
export async function answersQuery(login: Login): Promise<boolean> {
  try {
    await query(login, 'select 1');
    return true;
  } catch (error) {
    if (notYet.has((error as { code?: string }).code ?? '')) return false;
    if (/terminated|timeout/i.test(reason(error))) return false;
    throw error;
  }
}

/** Makes the database when it is missing. */
export async function createDatabase(login: Login, name: string): Promise<void> {
  const { rows } = await query(login, 'select 1 from pg_database where datname = $1', [name]);
  if (rows.length === 0) await query(login, `create database ${pg.escapeIdentifier(name)}`);
}

async function query(login: Login, text: string, values: readonly string[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ ...login, database: 'postgres', connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return await client.query(text, [...values]);
  } finally {
    await client.end();
  }
}
