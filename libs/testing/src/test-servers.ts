import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startNats, startPostgres } from '@switchyard/servers';

export interface TestServers {
  /** With user and password in it; see `natsOptions`. */
  natsUrl: string;
  /** The server's first database. Tests take one of their own: `freshDatabase`. */
  postgresUrl: string;
}

/** The first start on a machine may have to fetch nats-server. */
const startTimeoutMs = 180_000;
let servers: Promise<TestServers> | undefined;

/**
 * The real NATS and the real Postgres of this test run, set as in production but for one thing: they do not wait for the disk.
 * That only a loss of power could tell, and dropping a database would take most of many a test. The first test that asks starts
 * them for all workers; the run's end stops them. `SWITCHYARD_TEST_NATS_URL` and `SWITCHYARD_TEST_DATABASE_URL` name others.
 */
export function testServers(): Promise<TestServers> {
  servers ??= find();
  return servers;
}

async function find(): Promise<TestServers> {
  const { SWITCHYARD_TEST_NATS_URL: natsUrl, SWITCHYARD_TEST_DATABASE_URL: postgresUrl } = process.env;
  if (natsUrl && postgresUrl) return { natsUrl, postgresUrl };

  const folder = process.env['SWITCHYARD_TEST_DIR'] ?? (await mkdtemp(join(tmpdir(), 'switchyard-test-')));
  const owner = process.env['SWITCHYARD_TEST_OWNER'] ?? String(process.pid);
  const answer = join(folder, 'servers.json');
  const lock = join(folder, 'starting');
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (existsSync(answer)) return JSON.parse(await readFile(answer, 'utf8')) as TestServers;
    if (await takeLock(lock)) {
      try {
        return await startBoth(folder, owner, answer);
      } finally {
        await rm(lock, { force: true });
      }
    }
    await sleep(20);
  }
  throw new Error(`The test servers in ${folder} were not ready within ${startTimeoutMs / 1000} s`);
}

/** One worker starts the servers; the lock of a worker that is gone is taken over. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
  if (holder > 0 && !runs(holder)) await rm(lock, { force: true });
  return false;
}

async function startBoth(folder: string, owner: string, answer: string): Promise<TestServers> {
  if (existsSync(answer)) return JSON.parse(await readFile(answer, 'utf8')) as TestServers;
  const keeper = fileURLToPath(new URL('../run/keeper.mjs', import.meta.url));
  spawn(process.execPath, [keeper, folder, owner], { detached: true, stdio: 'ignore', cwd: '/' }).unref();

  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const [nats, postgres] = await Promise.all([
    startNats({ dataDir: join(folder, 'nats'), lifetime: 'detached', disposable: true, progress }),
    startPostgres({ dataDir: join(folder, 'postgres'), lifetime: 'detached', disposable: true }),
  ]);
  const found = { natsUrl: nats.url, postgresUrl: postgres.url };
  await writeFile(`${answer}.new`, JSON.stringify(found), { mode: 0o600 });
  await rename(`${answer}.new`, answer);
  return found;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
