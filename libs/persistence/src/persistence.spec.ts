import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { freshDatabase, testServers, type FreshDatabase, waitFor } from '@switchyard/testing';
import pg from 'pg';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { leavingPostgres } from './leaving-postgres.fixture.js';
import { createDataSource, inTransaction, runMigrations, schemaDrift, sql, type DatabaseOwner } from './index.js';

@Entity({ schema: 'pantry', name: 'jars' })
class Jar {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'integer', default: 0 })
  weight!: number;
}

class CreateJars1700000000000 implements MigrationInterface {
  readonly name = 'CreateJars1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE pantry.jars (id text NOT NULL, CONSTRAINT jars_pkey PRIMARY KEY (id))');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE pantry.jars');
  }
}

class AddWeight1700000000001 implements MigrationInterface {
  readonly name = 'AddWeight1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pantry.jars ADD weight integer NOT NULL DEFAULT 0');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pantry.jars DROP weight');
  }
}

class Broken1700000000002 implements MigrationInterface {
  readonly name = 'Broken1700000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE pantry.half (id text)');
    await runner.query('SELECT this is not sql');
  }
  async down(): Promise<void> {
    return undefined;
  }
}

const first: DatabaseOwner = { schema: 'pantry', entities: [Jar], migrations: [CreateJars1700000000000] };
const owner: DatabaseOwner = { ...first, migrations: [CreateJars1700000000000, AddWeight1700000000001] };
const other: DatabaseOwner = { schema: 'cellar', entities: [], migrations: [] };
const init = (url: string) => ({ url, schema: owner.schema, entities: owner.entities });

describe('migrations', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('many processes at once migrate once', async () => {
    const steps: string[] = [];
    const reports = await Promise.all(
      Array.from({ length: 4 }, () =>
        runMigrations(database.url, [first, other], { onProgress: ({ step }) => steps.push(step) }),
      ),
    );
    const applied = reports.map((report) => report.flatMap(({ applied }) => applied));
    expect(applied.flat()).toEqual(['CreateJars1700000000000']);
    expect(steps.filter((step) => step === 'waiting')).toHaveLength(3);
  });

  it('only what is new runs the next time, and then nothing', async () => {
    expect(await runMigrations(database.url, [owner])).toEqual([
      { schema: 'pantry', applied: ['AddWeight1700000000001'] },
    ]);
    expect(await runMigrations(database.url, [owner])).toEqual([{ schema: 'pantry', applied: [] }]);
  });

  it('leaves no drift, and drift is told', async () => {
    expect(await schemaDrift(database.url, owner)).toEqual([]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('ALTER TABLE pantry.jars DROP COLUMN weight');
    expect((await schemaDrift(database.url, owner)).join()).toMatch(/weight/);
    await client.query('ALTER TABLE pantry.jars ADD weight integer NOT NULL DEFAULT 0');
    await client.end();
  });

  it('a migration that fails leaves nothing of itself, and the lock is free again', async () => {
    const broken: DatabaseOwner = { ...owner, migrations: [...owner.migrations, Broken1700000000002] };
    await expect(runMigrations(database.url, [broken])).rejects.toMatchObject({ code: 'database.failed' });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`SELECT to_regclass('pantry.half') AS half`);
    await client.end();
    expect(rows).toEqual([{ half: null }]);
    expect(await runMigrations(database.url, [owner])).toEqual([{ schema: 'pantry', applied: [] }]);
  });

  it('refuses a schema name that is none', async () => {
    await expect(runMigrations(database.url, [{ ...other, schema: 'a"; drop' }])).rejects.toMatchObject({
      code: 'database.schema_invalid',
    });
  });

  it('says when no database is there', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    await expect(runMigrations(url, [owner])).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
    await expect(createDataSource(init(url))).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
  });

  it('says when the server has no such database, or takes no such user', async () => {
    const { postgresUrl } = await testServers();
    const missing = new URL(postgresUrl);
    missing.pathname = '/no_such_database';
    await expect(runMigrations(missing.href, [owner])).rejects.toMatchObject({ code: 'database.missing' });
    const stranger = new URL(postgresUrl);
    stranger.username = 'no_such_user';
    await expect(createDataSource(init(stranger.href))).rejects.toMatchObject({
      code: 'database.unauthorized',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('statements', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await runMigrations(database.url, [owner]);
  });
  afterAll(() => database.drop());

  it('gives the rows of every kind of statement, prepared or not', async () => {
    const dataSource = await createDataSource(init(database.url));
    expect(
      await sql(dataSource, 'INSERT INTO pantry.jars (id, weight) VALUES ($1, $2) RETURNING id', ['plum', 3]),
    ).toEqual([{ id: 'plum' }]);
    for (const name of ['add_weight', 'add_weight', undefined]) {
      const rows = await sql<{ weight: number }>(
        dataSource,
        'UPDATE pantry.jars SET weight = weight + 1 WHERE id = ANY ($1::text[]) RETURNING weight',
        [['plum']],
        name === undefined ? {} : { name },
      );
      expect(rows).toHaveLength(1);
    }
    expect(await sql(dataSource, 'SELECT weight FROM pantry.jars')).toEqual([{ weight: 6 }]);
    await dataSource.destroy();
  });

  it('a transaction is all or nothing, its errors are coded, and a defect of the code around it is none of the database’s', async () => {
    const dataSource = await createDataSource(init(database.url));
    const twice = inTransaction(dataSource, async (manager) => {
      await sql(manager, `INSERT INTO pantry.jars (id) VALUES ('fig')`);
      await sql(manager, `INSERT INTO pantry.jars (id) VALUES ('fig')`);
    });
    await expect(twice).rejects.toMatchObject({ code: 'database.duplicate', retryable: false });
    const refused = inTransaction(dataSource, async (manager) => {
      await sql(manager, `INSERT INTO pantry.jars (id) VALUES ('pear')`);
      throw new SwitchyardError('pantry.full', 'No more room.');
    });
    await expect(refused).rejects.toMatchObject({ code: 'pantry.full' });
    const defect = new TypeError('x is not a function');
    const broken = inTransaction(dataSource, async (manager) => {
      await sql(manager, `INSERT INTO pantry.jars (id) VALUES ('pear')`);
      throw defect;
    });
    await expect(broken).rejects.toBe(defect);
    expect(await sql(dataSource, `SELECT id FROM pantry.jars WHERE id IN ('fig', 'pear')`)).toEqual([]);
    await dataSource.destroy();
  });

  it('a connection that is cut is a retryable error, and the next statement gets a new one', async () => {
    const dataSource = await createDataSource({ ...init(database.url), poolSize: 1 });
    const cut = sql(dataSource, 'SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(cut).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
    expect(await sql(dataSource, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });

  it('a server that leaves just when it has taken a connection is a retryable error, and the process lives on', async () => {
    const postgres = await leavingPostgres();
    const dataSource = await createDataSource({ ...init(postgres.url), entities: [] });
    const [first, second] = await Promise.allSettled([sql(dataSource, 'SELECT 1'), sql(dataSource, 'SELECT 1')]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'database.unavailable', retryable: true } });
    expect(await sql(dataSource, 'SELECT 1')).toHaveLength(1);
    await dataSource.destroy();
    await postgres.close();
  });

  it.each(['a statement', 'the commit'])(
    'a connection that is cut before %s of a transaction is a retryable error',
    async (cutBefore) => {
      const dataSource = await createDataSource(init(database.url));
      const cut = inTransaction(dataSource, async (manager) => {
        const [backend] = await sql<{ pid: number }>(manager, 'SELECT pg_backend_pid() AS pid');
        await sql(dataSource, 'SELECT pg_terminate_backend($1)', [backend?.pid ?? 0]);
        await waitFor(() => manager.queryRunner?.isReleased === true, { describe: 'the cut to be noticed' });
        if (cutBefore === 'a statement') await sql(manager, 'SELECT 1');
      });
      await expect(cut).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
      await dataSource.destroy();
    },
  );
});
