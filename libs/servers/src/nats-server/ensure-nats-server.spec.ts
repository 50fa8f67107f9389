import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { scratchFolder } from '../scratch.fixture.js';
import { ensureNatsServer, type NatsServerFetchers } from './ensure-nats-server.js';
import { pinnedVersion } from './version.js';

/** Stands in for the program, as far as its version goes. */
async function program(folder: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'nats-server');
  await writeFile(path, `#!/bin/sh\necho nats-server: v${version}\n`);
  await chmod(path, 0o755);
  return path;
}

const offline: NatsServerFetchers = {
  release: () => Promise.reject(new Error('no network')),
  distribution: () => Promise.reject(new Error('no archive')),
};

describe('finding nats-server', () => {
  it('takes the one in PATH when it is new enough', async () => {
    const folder = await scratchFolder();
    const path = await program(join(folder, 'bin'), '2.12.3');
    const env = { PATH: join(folder, 'bin'), SWITCHYARD_CACHE: join(folder, 'cache') };
    expect(await ensureNatsServer({ env, fetchers: offline })).toEqual({ path, version: '2.12.3', source: 'path' });
  });

  it('leaves an old one in PATH alone, fetches, and needs no network the second time', async () => {
    const folder = await scratchFolder();
    await program(join(folder, 'bin'), '2.9.10');
    const env = { PATH: join(folder, 'bin'), SWITCHYARD_CACHE: join(folder, 'cache') };
    const lines: string[] = [];
    const release = (work: string) => program(join(work, 'unpacked'), pinnedVersion);
    const first = await ensureNatsServer({
      env,
      fetchers: { ...offline, release },
      progress: (line) => lines.push(line),
    });
    expect(first).toMatchObject({ version: pinnedVersion, source: 'release' });
    expect(lines.at(-1)).toContain('from the release');
    expect(await readdir(join(first.path, '..'))).toEqual(['nats-server']);
    expect(await ensureNatsServer({ env, fetchers: offline })).toEqual({ ...first, source: 'cache' });
  });

  it("falls back to the distribution's archive when the release is out of reach", async () => {
    const folder = await scratchFolder();
    const env = { PATH: '', SWITCHYARD_CACHE: folder };
    const distribution = (work: string) => program(join(work, 'unpacked'), '2.14.0');
    expect(await ensureNatsServer({ env, fetchers: { ...offline, distribution } })).toMatchObject({
      version: '2.14.0',
      source: 'distribution',
    });
  });

  it('refuses a fetched program that is too old, and leaves nothing of it in the cache', async () => {
    const folder = await scratchFolder();
    const env = { PATH: '', SWITCHYARD_CACHE: folder };
    const release = (work: string) => program(join(work, 'unpacked'), '2.9.10');
    await expect(ensureNatsServer({ env, fetchers: { ...offline, release } })).rejects.toMatchObject({
      code: 'servers.nats_missing',
    });
    expect(await readdir(join(folder, 'nats-server', pinnedVersion))).toEqual([]);
  });

  it('says what was tried, why each failed, and what to do', async () => {
    const env = { PATH: '', SWITCHYARD_CACHE: await scratchFolder() };
    await expect(ensureNatsServer({ env, fetchers: offline })).rejects.toMatchObject({
      code: 'servers.nats_missing',
      retryable: true,
      message: expect.stringMatching(
        /path: no nats-server in PATH[^]*cache: [^]*release: no network[^]*distribution: no archive[^]*NATS_URL=/,
      ),
    });
  });
});
