import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { connectNats, freshDatabase, freshPrefix, testServers, waitFor, type FreshDatabase } from './index.js';

describe('the test servers', () => {
  let nats: NatsConnection;
  let database: FreshDatabase;

  beforeAll(async () => {
    [nats, database] = await Promise.all([connectNats(), freshDatabase()]);
  });

  afterAll(async () => {
    await nats.close();
    await database.drop();
  });

  it('are the same for everyone in a run', async () => {
    expect(await testServers()).toEqual(await testServers());
  });

  it('carry a JetStream message', async () => {
    const prefix = freshPrefix();
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: prefix, subjects: [`${prefix}.>`] });
    await jetstream(nats).publish(`${prefix}.hello`, 'world');
    expect((await manager.streams.getMessage(prefix, { last_by_subj: `${prefix}.hello` }))?.string()).toBe('world');
    await manager.streams.delete(prefix);
  });

  it('give an empty database whose commits outlive a kill, and take it away again', async () => {
    const { url, drop } = await freshDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const tables = await client.query("select 1 from information_schema.tables where table_schema = 'public'");
    const settings = await client.query(
      "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit",
    );
    await client.end();
    expect(tables.rows).toEqual([]);
    expect(settings.rows).toEqual([{ fsync: 'off', commit: 'on' }]);
    await drop();
    await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(/does not exist/);
  });
});

describe('a database with a beginning', () => {
  it('has it, prepared once for all who want it at the same time, and nothing of what the others do', async () => {
    const prepared: string[] = [];
    const beginning = {
      name: freshPrefix(),
      prepare: async (url: string) => {
        prepared.push(url);
        await ask(url, 'create table words as select 1 as word');
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => freshDatabase(beginning)));
    const [first, ...others] = databases.map(({ url }) => url);
    await ask(first ?? '', 'delete from words');
    expect(prepared).toHaveLength(1);
    for (const url of others) expect(await ask(url, 'select word from words')).toEqual([{ word: 1 }]);
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it('that cannot be prepared says why, and is prepared anew for the next', async () => {
    const name = freshPrefix();
    const broken = { name, prepare: () => Promise.reject(new Error('no such table')) };
    await expect(freshDatabase(broken)).rejects.toThrow('no such table');
    const { url, drop } = await freshDatabase({ name, prepare: (empty) => ask(empty, 'create table words ()') });
    expect(await ask(url, 'select from words')).toEqual([]);
    await drop();
  });

  async function ask(connectionString: string, statement: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    const { rows } = await client.query(statement);
    await client.end();
    return rows;
  }
});

describe('waitFor', () => {
  it('answers the first truthy value', async () => {
    let asked = 0;
    expect(await waitFor(() => (++asked === 3 ? 'third' : undefined))).toBe('third');
  });

  it('names what it waited for, and the last error, at the deadline', async () => {
    const never = () => {
      throw new Error('not there');
    };
    await expect(waitFor(never, { timeoutMs: 30, describe: 'the moon' })).rejects.toThrow(
      'Waited 30 ms for the moon; last: not there',
    );
  });
});
