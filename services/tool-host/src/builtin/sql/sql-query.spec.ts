import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { runMigrations } from '@switchyard/persistence';
import { freshDatabase, type FreshDatabase } from '@switchyard/testing';
import pg from 'pg';
import { effectsOwner } from '../../database-owner.js';
import { noSecrets } from '../../secrets/no-secrets.fixture.js';
import { said } from '../tool-context.fixture.js';
import { createSqlQuery } from './sql-query.js';

const role = `reader_${randomBytes(4).toString('hex')}`;
let shop: FreshDatabase;
let platform: FreshDatabase;
let admin: pg.Client;

const asReader = (address: string): string => {
  const url = new URL(address);
  url.username = role;
  url.password = 'a-secret';
  return url.href;
};

beforeAll(async () => {
  shop = await freshDatabase();
  platform = await freshDatabase({ name: 'effects', prepare: (url) => runMigrations(url, [effectsOwner]) });
  admin = new pg.Client({ connectionString: shop.url });
  await admin.connect();
  await admin.query(`
    CREATE ROLE ${role} LOGIN PASSWORD 'a-secret';
    CREATE TABLE orders (id int, item text, paid boolean, at timestamptz, more jsonb, price numeric);
    INSERT INTO orders VALUES (1, 'tea', true, '2026-01-02T03:04:05Z', '{"a": [1]}', 1.10), (2, NULL, false, NULL, NULL, 20);
    GRANT ALL ON orders TO ${role};
    CREATE FUNCTION buy() RETURNS int LANGUAGE sql AS 'INSERT INTO orders VALUES (3) RETURNING id';`);
}, 180_000);
afterAll(async () => {
  await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await admin.end();
  await Promise.all([shop.drop(), platform.drop()]);
});

const ask = (args: JsonObject, url = asReader(shop.url), signal?: AbortSignal) =>
  said(createSqlQuery([{ name: 'shop', url }], noSecrets), args, signal ? { signal } : {});
const rowCount = async (): Promise<unknown> => (await admin.query('SELECT count(*)::int AS n FROM orders')).rows[0];

describe('sql_query', () => {
  it('gives columns and rows, in the forms that JSON has', async () => {
    expect(JSON.parse(await ask({ sql: 'SELECT * FROM orders ORDER BY id;' }))).toEqual({
      columns: ['id', 'item', 'paid', 'at', 'more', 'price'],
      rows: [
        [1, 'tea', true, expect.stringContaining('2026-01-02'), { a: [1] }, '1.10'],
        [2, null, false, null, null, '20'],
      ],
    });
  });

  it('gives so many rows, and says that there are more', async () => {
    const answer = JSON.parse(
      await ask({ sql: 'SELECT n FROM generate_series(1, 1000) n', max_rows: 120 }),
    ) as JsonObject;
    expect(answer['rows']).toHaveLength(120);
    expect(answer['more']).toBe(true);
    expect(JSON.parse(await ask({ sql: 'SELECT 1 AS a, 2 AS a', max_rows: 1 }))).toEqual({
      columns: ['a', 'a'],
      rows: [[1, 2]],
    });
    expect(JSON.parse(await ask({ sql: 'SELECT 1 WHERE false' }))).toMatchObject({ rows: [] });
  });

  it('says what is wrong with a statement', async () => {
    await expect(ask({ sql: 'SELECT nothing FROM orders' })).rejects.toMatchObject({
      code: 'tool.sql_failed',
      details: { sqlstate: '42703' },
    });
    await expect(ask({ sql: 'SELECT 1 FROM' })).rejects.toMatchObject({ code: 'tool.sql_failed' });
  });

  it.each([
    'DELETE FROM orders',
    'SELECT 1; DELETE FROM orders',
    'WITH gone AS (DELETE FROM orders RETURNING 1) SELECT * FROM gone',
    'SELECT buy()',
    'SELECT * INTO copy FROM orders',
    'SELECT 1 FROM orders FOR UPDATE',
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT pg_read_file('/etc/passwd')",
    'SELECT 1) AS x; COMMIT; DELETE FROM orders; SELECT (1',
  ])('changes nothing: %s', async (sql) => {
    const before = await rowCount();
    await expect(ask({ sql })).rejects.toMatchObject({
      code: expect.stringMatching(/^tool\.(invalid_arguments|sql_failed)$/),
    });
    expect(await rowCount()).toEqual(before);
  });

  it("is refused on the platform's own database, whatever it is called, and for a superuser", async () => {
    await expect(ask({ sql: 'SELECT 1' }, asReader(platform.url))).rejects.toMatchObject({ code: 'tool.sql_refused' });
    await expect(ask({ sql: 'SELECT 1' }, shop.url)).rejects.toMatchObject({ code: 'tool.sql_refused' });
  });

  it('is not held up, by time or by size', async () => {
    const tool = createSqlQuery([{ name: 'shop', url: asReader(shop.url) }], noSecrets);
    const slow = said(tool, { sql: 'SELECT count(*) FROM generate_series(1, 10000000000)' }, { timeoutMs: 1_500 });
    await expect(slow).rejects.toMatchObject({ code: 'tool.timeout' });
    await expect(ask({ sql: "SELECT repeat('x', 200000000)" })).rejects.toMatchObject({
      code: 'tool.output_too_large',
    });
    const cut = await ask({ sql: "SELECT repeat('x', 20000) FROM generate_series(1, 100)", max_rows: 100 });
    expect(cut.length).toBeLessThan(128 * 1024);
    expect(cut).toContain('[… 20000 characters]');
  });

  it('stops when its call is stopped', async () => {
    const stop = new AbortController();
    const asked = ask({ sql: 'SELECT count(*) FROM generate_series(1, 10000000000)' }, asReader(shop.url), stop.signal);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it('tells nobody the password, and not who was asked', async () => {
    const url = new URL(asReader(shop.url));
    url.password = 'wrong-secret';
    const failures = await Promise.all(
      [url.href, 'postgres://someone:top-secret@127.0.0.1:1/x'].map((address) =>
        ask({ sql: 'SELECT 1' }, address).then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    // A server that trusts this machine asks for none.
    const [, unreachable] = failures;
    expect(unreachable).toMatchObject({ code: 'tool.sql_unavailable', retryable: true });
    for (const failure of failures) expect(String(failure)).not.toMatch(/secret|someone/);
  });
});
