import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';

/** `<data>/connection.json` of a system that `switchyard up` runs on this machine. */
export interface Connection {
  gateway_url: string;
  /** With user and password. */
  nats_url: string;
  /** With user and password. */
  database_url: string;
  api_key: string;
  prefix: string;
  tenant: string;
}

/** @throws SwitchyardError `system.not_running` */
export async function readConnection(dataDir = '.switchyard'): Promise<Connection> {
  const file = join(dataDir, 'connection.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Connection;
  } catch (cause) {
    throw new SwitchyardError(
      'system.not_running',
      `No system runs on ${dataDir}: ${file} cannot be read. Start one with \`npm start\`.`,
      { cause },
    );
  }
}
