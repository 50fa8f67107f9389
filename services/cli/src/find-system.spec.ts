import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SwitchyardClient } from '@switchyard/client';
import { dataFolder, findSystem } from './find-system.js';

const connection = {
  gateway_url: 'http://127.0.0.1:7400',
  nats_url: 'nats://u:p@127.0.0.1:7422',
  database_url: 'postgres://u:p@127.0.0.1:7432/switchyard',
  api_key: 'sy_x',
  prefix: 'switchyard',
  tenant: 'default',
};
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'switchyard-find-'));
  await writeFile(join(data, 'connection.json'), JSON.stringify(connection), { mode: 0o600 });
});
afterEach(() => rm(data, { recursive: true, force: true }));

describe('the system that is meant', () => {
  it('is the one that is named, else the one on the data folder', async () => {
    expect(await findSystem({ url: 'http://elsewhere', apiKey: 'sy_y' }, {})).toBeInstanceOf(SwitchyardClient);
    expect(await findSystem({ data }, {})).toBeInstanceOf(SwitchyardClient);
    expect(await findSystem({ data, url: `${connection.gateway_url}/` }, {})).toBeInstanceOf(SwitchyardClient);
    expect(dataFolder({}, { SWITCHYARD_DATA_DIR: '/somewhere' })).toBe('/somewhere');
  });

  it('is told where none runs', async () => {
    await expect(findSystem({ data: join(data, 'none') }, {})).rejects.toMatchObject({ code: 'system.not_running' });
  });

  it('never gets the key of another', async () => {
    await expect(findSystem({ data, url: 'http://elsewhere' }, {})).rejects.toMatchObject({ code: 'key.missing' });
  });

  it('is not believed to be where another user says', async () => {
    const file = join(data, 'connection.json');
    if (process.getuid?.() === 0) await chown(file, 65_534, 65_534);
    const other = process.getuid?.() === 0 ? data : '/proc/1';
    const code = process.getuid?.() === 0 ? 'system.not_yours' : 'system.not_running';
    await expect(findSystem({ data: other }, {})).rejects.toMatchObject({ code });
  });
});
