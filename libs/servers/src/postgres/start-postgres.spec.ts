import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isAlive } from '../process/process-info.js';
import { afterwards, scratchFolder, stopAfterwards } from '../scratch.fixture.js';
import { startPostgres } from './start-postgres.js';

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Whose process it is, and its effective capabilities as a number. Source: proc(5), status. */
async function identity(pid: number): Promise<{ uid: number; capabilities: bigint }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const value = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
  return { uid: Number(value('Uid')), capabilities: BigInt(`0x${value('CapEff')}`) };
}

const root = process.getuid?.() === 0;

describe('a started Postgres', () => {
  it('keeps its rows and its password from start to start, and makes the database once', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startPostgres({ dataDir, database: 'yard' }));
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = stopAfterwards(await startPostgres({ dataDir, database: 'yard', port: first.port }));
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('commits durably, and lets nobody in without the password', async () => {
    const { url } = stopAfterwards(await startPostgres({ dataDir: await scratchFolder() }));
    expect(
      await query(url, "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit"),
    ).toEqual([{ fsync: 'on', commit: 'on' }]);
    const stranger = new URL(url);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('runs for root as another user, with one capability only where it cannot pass otherwise', async () => {
    const open = await scratchFolder();
    await chmod(open, 0o711);
    const closed = await scratchFolder();
    const [reachable, unreachable] = await Promise.all(
      [open, closed].map(async (folder) => stopAfterwards(await startPostgres({ dataDir: join(folder, 'postgres') }))),
    );
    const uids = await Promise.all([reachable, unreachable].map((server) => identity(server?.pid ?? 0)));
    const own = process.getuid?.();
    for (const { uid } of uids) expect(root ? uid !== 0 : uid === own).toBe(true);
    // CAP_DAC_OVERRIDE is number 1. The programs may lie where that user cannot pass, so the first may have it as well.
    const dacOverride = 2n;
    if (root) expect(uids[1]?.capabilities).toBe(dacOverride);
    expect([0n, dacOverride]).toContain(uids[0]?.capabilities);
  });

  it('names a taken port, and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    afterwards(() => new Promise((resolve) => other.close(resolve)));
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(
      startPostgres({ dataDir: await scratchFolder(), port, portHint: '--postgres-port N' }),
    ).rejects.toMatchObject({
      code: 'servers.port_taken',
      message: expect.stringMatching(new RegExp(`${port}.*--postgres-port N`)),
    });
  });

  it('is not started twice on the same data', async () => {
    const dataDir = await scratchFolder();
    stopAfterwards(await startPostgres({ dataDir }));
    await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'servers.data_in_use' });
  });

  it('never ends an unrelated process that a stale file names, and starts beside it', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startPostgres({ dataDir }));
    const pidFile = join(dataDir, 'cluster/postmaster.pid');
    const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
    await first.stop();
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    afterwards(async () => bystander.kill('SIGKILL'));
    await writeFile(pidFile, [String(bystander.pid), ...rest].join('\n'));
    await chmod(pidFile, 0o666);
    const second = stopAfterwards(await startPostgres({ dataDir }));
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });

  it('refuses data of another version, and data whose password is lost, instead of losing them', async () => {
    const dataDir = await scratchFolder();
    await (await startPostgres({ dataDir })).stop();
    const versionFile = join(dataDir, 'cluster/PG_VERSION');
    await writeFile(versionFile, '17\n');
    await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'servers.postgres_version' });
    await writeFile(versionFile, '18\n');
    await rm(join(dataDir, 'credentials.json'));
    await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'servers.data_unusable' });
  });

  it('whose data are disposable keeps what was committed over a kill all the same', async () => {
    const dataDir = await scratchFolder();
    const first = stopAfterwards(await startPostgres({ dataDir, disposable: true }));
    await query(first.url, 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    await first.stop();
    const second = stopAfterwards(await startPostgres({ dataDir, disposable: true }));
    expect(await query(second.url, "select answer, current_setting('fsync') as fsync from kept")).toEqual([
      { answer: 42, fsync: 'off' },
    ]);
  });

  it('finishes after a first start that was killed half way', async () => {
    const dataDir = await scratchFolder();
    await writeFile(join(dataDir, 'cluster.new'), 'half a cluster');
    const { url } = stopAfterwards(await startPostgres({ dataDir }));
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
