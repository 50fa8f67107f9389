import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  connectionFile,
  readConnectionFile,
  removeConnection,
  writeConnection,
  type Connection,
} from './connection-file.js';

const connection: Connection = {
  pid: 1,
  started_at: '2026-01-01T00:00:00.000Z',
  mode: 'all-in-one',
  gateway_url: 'http://127.0.0.1:7400',
  nats_url: 'nats://u:p@127.0.0.1:7422',
  database_url: 'postgres://u:p@127.0.0.1:7432/switchyard',
  api_key: 'sy_x',
  prefix: 'switchyard',
  tenant: 'default',
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-connection-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the connection file', () => {
  it('is readable by its owner only, also where a file with a wider mode was there', async () => {
    await writeFile(connectionFile(folder), '{}', { mode: 0o644 });
    await writeConnection(folder, connection);
    expect((await stat(connectionFile(folder))).mode & 0o777).toBe(0o600);
    expect(await readConnectionFile(folder)).toEqual(connection);
  });

  it('is absent where no system runs, and where a crash left half of it', async () => {
    expect(await readConnectionFile(folder)).toBeUndefined();
    await writeFile(connectionFile(folder), '{"pid": 1, "gate');
    expect(await readConnectionFile(folder)).toBeUndefined();
    await removeConnection(folder);
    await removeConnection(folder);
  });
});
