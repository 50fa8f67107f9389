import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { connectBus } from '@switchyard/bus';
import { createDataSource, sql } from '@switchyard/persistence';
import { ensureNatsServer, ensurePostgres, isPortFree } from '@switchyard/servers';
import { DEFAULT_PORTS } from '../up-options.js';
import type { Check } from './finding.js';
import type { DiagnoseOptions } from './diagnose.js';

const MIN_NODE = [20, 19] as const;
const MIN_FREE_BYTES = 1024 ** 3;

export function machineChecks(options: DiagnoseOptions, running: boolean): [string, Check][] {
  return [
    ['Node', node],
    ['nats-server', () => natsServer(options.env)],
    ['Postgres', () => postgres(options.env)],
    ['Data folder', () => dataFolder(options.dataDir)],
    ...(running
      ? []
      : Object.entries(DEFAULT_PORTS).map(([name, port]): [string, Check] => [
          `Port ${port} (${name})`,
          () => portIsFree(port),
        ])),
  ];
}

export const node: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return enough
    ? { level: 'ok', detail: process.versions.node }
    : { level: 'failure', detail: process.versions.node, fix: `Install Node ${MIN_NODE.join('.')} or newer.` };
};

async function natsServer(env: DiagnoseOptions['env']): ReturnType<Check> {
  if (env['NATS_URL']) return theirNats(env['NATS_URL']);
  const notNow = () => Promise.reject(new Error('the doctor fetches nothing'));
  try {
    const { version, path } = await ensureNatsServer({ env, fetchers: { release: notNow, distribution: notNow } });
    return { level: 'ok', detail: `${version} at ${path}` };
  } catch {
    // Only "there is none yet" is expected here, and the first start cures it.
    return {
      level: 'warning',
      detail: 'none on this machine yet',
      fix: 'The first `npm start` fetches it; it needs the network once.',
    };
  }
}

async function postgres(env: DiagnoseOptions['env']): ReturnType<Check> {
  if (env['DATABASE_URL']) return theirPostgres(env['DATABASE_URL']);
  await ensurePostgres();
  return { level: 'ok', detail: 'the embedded one is installed' };
}

/** @throws SwitchyardError `bus.…`, naming NATS_URL */
async function theirNats(servers: string): ReturnType<Check> {
  const bus = await connectBus({ servers, name: 'switchyard-doctor', timeoutMs: 2_000 });
  try {
    return { level: 'ok', detail: `${bus.nc.info?.version ?? 'unknown'}, the one that NATS_URL names` };
  } finally {
    await bus.close();
  }
}

/** @throws SwitchyardError `database.…`, naming DATABASE_URL */
async function theirPostgres(url: string): ReturnType<Check> {
  const dataSource = await createDataSource({ url, schema: 'public', entities: [], poolSize: 1 });
  try {
    const [row] = await sql<{ version: string }>(dataSource, `SELECT current_setting('server_version') AS version`);
    return { level: 'ok', detail: `${row?.version ?? 'unknown'}, the one that DATABASE_URL names` };
  } finally {
    await dataSource.destroy();
  }
}

async function dataFolder(dataDir: string): ReturnType<Check> {
  // The first start makes it, and the folders above it.
  let present = dataDir;
  while (!existsSync(present)) present = dirname(present);
  await access(present, constants.W_OK);
  const { bavail, bsize } = await statfs(present);
  const free = bavail * bsize;
  const detail = `${dataDir}, ${(free / 1024 ** 3).toFixed(1)} GiB free`;
  return free >= MIN_FREE_BYTES
    ? { level: 'ok', detail }
    : { level: 'warning', detail, fix: 'Make room: streams and journal need at least 1 GiB.' };
}

async function portIsFree(port: number): ReturnType<Check> {
  return (await isPortFree(port))
    ? { level: 'ok', detail: 'free' }
    : {
        level: 'warning',
        detail: 'taken by another program',
        fix: 'Stop it, or give another port: switchyard up --help',
      };
}
