import { Socket } from 'node:net';
import pg from 'pg';
import type { SqlConnectionConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf, messageOf } from '../../shared/error-text.js';

export interface ReadLimits {
  maxRows: number;
  /** Of all values. */
  maxCharacters: number;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface ReadRows {
  columns: string[];
  rows: unknown[][];
  /** There are more than these. */
  more: boolean;
}

/** Rows that are asked for at once: what one answer of the server can be at most. */
const BATCH = 50;
/** Bytes of the server's answers; one value may have a gigabyte, and nothing else stops it. */
const MAX_BYTES = 32 * 1024 * 1024;
const LOOK_MS = 20;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_CELL_CHARACTERS = 8_192;

/** Types that have a form of their own in JSON, by their OID in pg_type; all else is Postgres' text. */
const NUMBERS = new Set([21, 23, 26, 700, 701]);
const BOOLEAN = 16;
const JSONS = new Set([114, 3802]);

/**
 * The rows of a statement that reads: run as the query of a cursor in a read-only transaction, which ends with it. The connection
 * is made for it and closed after it, so that nothing of it stays, not even a setting.
 *
 * @throws SwitchyardError `tool.sql_refused` for a connection that should not be used, `tool.sql_failed` with what the server
 *   says, `tool.sql_unavailable` (retryable), `tool.output_too_large`
 */
export async function readRows(connection: SqlConnectionConfig, sql: string, limits: ReadLimits): Promise<ReadRows> {
  const { signal, timeoutMs } = limits;
  const socket = new Socket();
  const client = new pg.Client(configOf(connection, socket, timeoutMs));
  let tooLarge = false;
  const look = setInterval(() => {
    tooLarge = socket.bytesRead > MAX_BYTES;
    if (tooLarge) socket.destroy();
  }, LOOK_MS);
  const onAbort = () => socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  // A connection that breaks tells whoever waits for an answer; without a listener it would end the process as well.
  client.on('error', () => undefined);
  try {
    signal.throwIfAborted();
    await client.connect();
    await client.query('BEGIN TRANSACTION READ ONLY');
    await client.query(
      `SET LOCAL statement_timeout = ${Math.trunc(timeoutMs)}; SET LOCAL lock_timeout = 2000; SET LOCAL standard_conforming_strings = on`,
    );
    await mayBeUsed(client, connection);
    // Named: prepared, which takes no two statements.
    await client.query({ name: 'declare', text: `DECLARE answer NO SCROLL CURSOR FOR ${sql}` });
    return await fetchAll(client, limits);
  } catch (cause) {
    signal.throwIfAborted();
    if (tooLarge) throw tooMuch(cause);
    throw cause instanceof SwitchyardError ? cause : failed(connection, cause);
  } finally {
    clearInterval(look);
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

function configOf({ url }: SqlConnectionConfig, socket: Socket, timeoutMs: number): pg.ClientConfig {
  return {
    connectionString: url,
    stream: () => socket,
    application_name: 'switchyard sql_query',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: timeoutMs + 500,
    types: { getTypeParser: (oid: number) => (value: string) => valueOf(oid, value) },
  };
}

function valueOf(oid: number, value: string): unknown {
  if (oid === BOOLEAN) return value === 't';
  if (NUMBERS.has(oid)) return Number.isFinite(Number(value)) ? Number(value) : value;
  if (value.length > MAX_CELL_CHARACTERS) return `${value.slice(0, MAX_CELL_CHARACTERS)}[… ${value.length} characters]`;
  if (JSONS.has(oid)) return JSON.parse(value) as unknown;
  return value;
}

/** Neither the platform's own database, whatever it is called, nor a role that a read-only transaction does not bind. */
async function mayBeUsed(client: pg.Client, { name }: SqlConnectionConfig): Promise<void> {
  const { rows } = await client.query<{ own: boolean; all: boolean }>(
    `SELECT current_setting('is_superuser') = 'on' AS "all", EXISTS (
       SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE (n.nspname, c.relname) IN (('effects', 'calls'), ('journal', 'events'), ('registry', 'agents'))) AS own`,
  );
  if (rows[0]?.own !== false) throw refused(name, "it is the platform's own database");
  if (rows[0].all) throw refused(name, 'it connects as a superuser; give it a role that may only read');
}

async function fetchAll(client: pg.Client, { maxRows, maxCharacters }: ReadLimits): Promise<ReadRows> {
  const rows: unknown[][] = [];
  let columns: string[] = [];
  let characters = 0;
  for (;;) {
    // One more than is given tells whether there are more.
    const wanted = Math.min(BATCH, maxRows + 1 - rows.length);
    const batch = await client.query<unknown[]>({ text: `FETCH FORWARD ${wanted} FROM answer`, rowMode: 'array' });
    columns = batch.fields.map((field) => field.name);
    for (const row of batch.rows) {
      characters += JSON.stringify(row).length;
      if (rows.length === maxRows || (rows.length > 0 && characters > maxCharacters))
        return { columns, rows, more: true };
      rows.push(row);
    }
    if (batch.rows.length < wanted) return { columns, rows, more: false };
  }
}

/** Of the server's errors: SQLSTATE has five characters. The statement is the caller's own, so what is wrong in it may be said. */
function failed({ name }: SqlConnectionConfig, cause: unknown): SwitchyardError {
  const code = codeOf(cause);
  const late = code === '57014' || /query.*timeout/i.test(messageOf(cause));
  if (late) {
    return new SwitchyardError('tool.timeout', `The statement took too long on "${name}". Ask for less.`, { cause });
  }
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(?:08|28|3D|53|57)/.test(code)) {
    return new SwitchyardError('tool.sql_failed', `The database says: ${messageOf(cause)} (${code}).`, {
      details: { connection: name, sqlstate: code },
      cause,
    });
  }
  // Not what it says: that may name users and hosts.
  return new SwitchyardError(
    'tool.sql_unavailable',
    `The database "${name}" cannot be asked now${code === '' ? '' : ` (${code})`}. Try again, or have its connection looked at.`,
    { retryable: true, details: { connection: name, ...(code === '' ? {} : { reason: code }) }, cause },
  );
}

function refused(name: string, why: string): SwitchyardError {
  return new SwitchyardError('tool.sql_refused', `The connection "${name}" is not used: ${why}.`, {
    details: { connection: name },
  });
}

function tooMuch(cause: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.output_too_large',
    `The answer has more than ${MAX_BYTES} bytes and was given up. Select less, or shorten long values with left().`,
    { cause },
  );
}
