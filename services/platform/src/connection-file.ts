import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `<data>/connection.json`: where a running system is and how to get in. Written with mode 600: it holds secrets. */
export interface Connection {
  /** Process id of `switchyard up`. */
  pid: number;
  started_at: string;
  mode: 'all-in-one' | 'separate';
  gateway_url: string;
  /** With user and password. */
  nats_url: string;
  nats_monitor_url?: string;
  /** With user and password. */
  database_url: string;
  simulator_url?: string;
  api_key: string;
  prefix: string;
  tenant: string;
}

export function connectionFile(dataDir: string): string {
  return join(dataDir, 'connection.json');
}

export async function writeConnection(dataDir: string, connection: Connection): Promise<void> {
  const file = connectionFile(dataDir);
  // A file that is there keeps its mode: take it away first, so that 600 holds from the first byte.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Undefined where no system runs on this folder, or half a file was left by a crash. */
export async function readConnectionFile(dataDir: string): Promise<Connection | undefined> {
  try {
    return JSON.parse(await readFile(connectionFile(dataDir), 'utf8')) as Connection;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function removeConnection(dataDir: string): Promise<void> {
  await rm(connectionFile(dataDir), { force: true });
}
