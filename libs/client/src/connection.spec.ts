import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConnection } from './connection.js';

describe('the connection file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-client-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (text: string): Promise<void> => writeFile(join(folder, 'connection.json'), text);

  it('of a running system is read', async () => {
    const connection = {
      gateway_url: 'http://127.0.0.1:7400',
      nats_url: 'nats://a:b@127.0.0.1:7422',
      database_url: 'postgres://c@127.0.0.1:7432/d',
      api_key: 'sy_x',
      prefix: 'switchyard',
      tenant: 'default',
    };
    await write(JSON.stringify({ ...connection, pid: 7 }));
    expect(await readConnection(folder)).toMatchObject(connection);
  });

  it('that is not there says that no system runs, and how to start one', async () => {
    await expect(readConnection(folder)).rejects.toMatchObject({
      code: 'system.not_running',
      message: expect.stringContaining('npm start'),
    });
  });

  it.each(['', '{"gateway_url":"http://x"', '[]', '{"gateway_url":7}'])(
    'that is %j is refused by name',
    async (text) => {
      await write(text);
      await expect(readConnection(folder)).rejects.toMatchObject({ code: 'system.connection_unreadable' });
    },
  );
});
