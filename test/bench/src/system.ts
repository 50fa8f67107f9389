import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { YOUNG_GENERATION } from '@switchyard/platform';
import { freePort } from '@switchyard/servers';

/** A system under measurement: `switchyard up` in a process of its own, as `npm start` runs it. */
export interface MeasuredSystem {
  gatewayUrl: string;
  natsUrl: string;
  databaseUrl: string;
  apiKey: string;
  /** Of the `up` process. */
  pid: number;
  /** From the spawn of the command to its word that all is ready, in ms. */
  readyMs: number;
  /** Resident memory of the `up` process, in bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

interface Said {
  gateway_url: string;
  nats_url: string;
  database_url: string;
  api_key: string;
}

const command = join(
  dirname(createRequire(import.meta.url).resolve('@switchyard/cli/package.json')),
  'bin',
  'switchyard.mjs',
);

/** Starts a system on free ports; the bench never meets one that runs already. */
export async function startSystem(
  dataDir: string,
  extra: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<MeasuredSystem> {
  const names = ['--port', '--nats-port', '--nats-monitor-port', '--postgres-port', '--simulator-port'];
  const ports: string[] = [];
  for (const name of names) ports.push(name, String(await freePort()));
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [YOUNG_GENERATION, command, 'up', '--json', '--data', dataDir, ...ports, ...extra],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SWITCHYARD_PROBE_LOCAL: 'off', NATS_URL: '', DATABASE_URL: '', ...env },
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const line = await firstLine(child.stdout).catch((error: unknown) => {
    process.stderr.write(said);
    throw error;
  });
  const readyMs = performance.now() - begun;
  const connection = JSON.parse(line) as Said;
  return {
    gatewayUrl: connection.gateway_url,
    natsUrl: connection.nats_url,
    databaseUrl: connection.database_url,
    apiKey: connection.api_key,
    pid: child.pid ?? 0,
    readyMs,
    residentBytes: () => residentBytes(child.pid ?? 0),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) if (line.startsWith('{')) return line;
  throw new Error('switchyard up ended before it was ready; what it said stands above');
}

/** Linux tells it; elsewhere there is no figure (NaN). */
function residentBytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  } catch {
    return Number.NaN;
  }
}
