import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
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

const node: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return enough
    ? { level: 'ok', detail: process.versions.node }
    : { level: 'failure', detail: process.versions.node, fix: `Install Node ${MIN_NODE.join('.')} or newer.` };
};

async function natsServer(env: DiagnoseOptions['env']): ReturnType<Check> {
  if (env['NATS_URL']) return { level: 'ok', detail: 'NATS_URL names one that runs already' };
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
  if (env['DATABASE_URL']) return { level: 'ok', detail: 'DATABASE_URL names one that runs already' };
  await ensurePostgres();
  return { level: 'ok', detail: 'the embedded one is installed' };
}

async function dataFolder(dataDir: string): ReturnType<Check> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await access(dataDir, constants.W_OK);
  const { bavail, bsize } = await statfs(dirname(dataDir));
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
