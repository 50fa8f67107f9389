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

const FIELDS = ['gateway_url', 'nats_url', 'database_url', 'api_key', 'prefix', 'tenant'] as const;

/**
 * How to reach the system that runs on this data folder.
 *
 * @throws SwitchyardError `system.not_running` (there is no such file), `system.connection_unreadable`
 */
export async function readConnection(dataDir = '.switchyard'): Promise<Connection> {
  const file = join(dataDir, 'connection.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SwitchyardError(
      'system.not_running',
      `No system runs on ${dataDir}: ${file} cannot be read. Start one with \`npm start\`.`,
      { cause },
    );
  });
  const found = parse(text);
  if (isConnection(found)) return found;
  throw new SwitchyardError(
    'system.connection_unreadable',
    `${file} is not what \`switchyard up\` writes: it needs ${FIELDS.join(', ')}. Stop the system and start it again.`,
  );
}

function isConnection(value: unknown): value is Connection {
  if (typeof value !== 'object' || value === null) return false;
  return FIELDS.every((field) => typeof (value as Record<string, unknown>)[field] === 'string');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said by the caller, who knows the file.
    return undefined;
  }
}
