import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { testServers } from './test-servers.js';

export interface FreshDatabase {
  url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** What a database begins with. It is prepared once a test run, and copied. */
export interface Beginning {
  /** Says what is in it: the same name, the same content. */
  name: string;
  /** Fills an empty database, and closes its connections. */
  prepare(url: string): Promise<unknown>;
}

/** A database of its own on the shared test server: empty, or with what it is to begin with. */
export async function freshDatabase(beginning?: Beginning): Promise<FreshDatabase> {
  const { postgresUrl } = await testServers();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = urlOf(postgresUrl, name);
  const folder = process.env['SWITCHYARD_TEST_DIR'];
  if (beginning && folder !== undefined && process.env['SWITCHYARD_TEST_DATABASE_URL'] === undefined) {
    const template = `template_${createHash('sha256').update(`${folder} ${beginning.name}`).digest('hex').slice(0, 16)}`;
    await copy(postgresUrl, template, name, beginning);
  } else {
    // On a server that outlives the run, nothing is left behind.
    await run(postgresUrl, `create database ${name}`);
    await beginning?.prepare(url);
  }
  return { url, drop: () => run(postgresUrl, `drop database if exists ${name} with (force)`) };
}

/** Many may copy a template at once; the first to want it makes it, and the others wait for that. */
async function copy(postgresUrl: string, template: string, name: string, { prepare }: Beginning): Promise<void> {
  const statement = `create database ${name} template ${template}`;
  await withClient(postgresUrl, async (client) => {
    if (await exists(client, template)) return client.query(statement);
    await client.query('select pg_advisory_lock(hashtext($1))', [template]);
    if (!(await exists(client, template))) {
      // Under its name it is whole: who dies before leaves one that nobody asks for.
      const unfinished = `${template}_${randomBytes(4).toString('hex')}`;
      await client.query(`create database ${unfinished}`);
      await prepare(urlOf(postgresUrl, unfinished));
      await client.query(`alter database ${unfinished} rename to ${template}`);
    }
    return client.query(statement);
  });
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [database]);
  return rows.length > 0;
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function run(connectionString: string, statement: string): Promise<void> {
  return withClient(connectionString, (client) => client.query(statement));
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}
