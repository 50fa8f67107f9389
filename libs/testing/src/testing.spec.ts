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

  it('give an empty database with durable commits, and take it away again', async () => {
    const { url, drop } = await freshDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const tables = await client.query("select 1 from information_schema.tables where table_schema = 'public'");
    const settings = await client.query(
      "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit",
    );
    await client.end();
    expect(tables.rows).toEqual([]);
    expect(settings.rows).toEqual([{ fsync: 'on', commit: 'on' }]);
    await drop();
    await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(/does not exist/);
  });
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
