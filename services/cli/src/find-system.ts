import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SwitchyardClient, readConnection, type Connection } from '@switchyard/client/without-bus';
import { SwitchyardError } from '@switchyard/contracts';

/** How the user said where the system is; what is not said is looked up. */
export interface SystemOptions {
  url?: string | undefined;
  apiKey?: string | undefined;
  data?: string | undefined;
}

/**
 * The client for the system that is meant: options first, then SWITCHYARD_URL and SWITCHYARD_API_KEY, then the
 * connection file of a system that runs on this machine. Its key goes to no other address, and a file of another user
 * is not believed.
 *
 * @throws SwitchyardError `system.not_running`, `system.not_yours` or `key.missing`
 */
export async function findSystem(
  options: SystemOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SwitchyardClient> {
  const url = options.url ?? env['SWITCHYARD_URL'];
  const apiKey = options.apiKey ?? env['SWITCHYARD_API_KEY'];
  if (url && apiKey) return new SwitchyardClient({ url, apiKey });
  const dataDir = dataFolder(options, env);
  const connection = await connectionOf(dataDir);
  if (url && connection?.gateway_url !== url.replace(/\/+$/, '')) {
    throw new SwitchyardError('key.missing', `No API key for ${url}: give --api-key or set SWITCHYARD_API_KEY.`);
  }
  if (!connection) {
    throw new SwitchyardError(
      'system.not_running',
      `No system runs on ${dataDir}. Start one with \`npm start\`, or say where it is with --url and --api-key (SWITCHYARD_URL, SWITCHYARD_API_KEY), or --data DIR.`,
    );
  }
  return new SwitchyardClient({ url: connection.gateway_url, apiKey: apiKey ?? connection.api_key });
}

async function connectionOf(dataDir: string): Promise<Connection | undefined> {
  const owner = statSync(join(dataDir, 'connection.json'), { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return undefined;
  if (process.getuid && owner !== process.getuid()) {
    throw new SwitchyardError(
      'system.not_yours',
      `The system on ${dataDir} belongs to another user (${owner}). Say where it is and who you are with --url and --api-key.`,
    );
  }
  return readConnection(dataDir);
}

/** `--data`, SWITCHYARD_DATA_DIR, or the nearest `.switchyard` from here upwards. */
export function dataFolder(options: SystemOptions, env: NodeJS.ProcessEnv = process.env): string {
  const said = options.data ?? env['SWITCHYARD_DATA_DIR'];
  if (said) return resolve(said);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const candidate = join(folder, '.switchyard');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return resolve('.switchyard');
  }
}
