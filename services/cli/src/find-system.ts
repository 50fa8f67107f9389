import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SwitchyardClient, readConnection } from '@switchyard/client';
import { SwitchyardError } from '@switchyard/contracts';

/** How the user said where the system is; what is not said is looked up. */
export interface SystemOptions {
  url?: string | undefined;
  apiKey?: string | undefined;
  data?: string | undefined;
}

/**
 * The client for the system that is meant: options first, then SWITCHYARD_URL and SWITCHYARD_API_KEY, then the
 * connection file of a system that runs on this machine.
 *
 * @throws SwitchyardError `system.not_running` where nothing says where one is
 */
export async function findSystem(
  options: SystemOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SwitchyardClient> {
  const url = options.url ?? env['SWITCHYARD_URL'];
  const apiKey = options.apiKey ?? env['SWITCHYARD_API_KEY'];
  if (url && apiKey) return new SwitchyardClient({ url, apiKey });
  const dataDir = dataFolder(options, env);
  if (!existsSync(join(dataDir, 'connection.json'))) {
    const needs = url
      ? 'An API key is missing: give --api-key or set SWITCHYARD_API_KEY.'
      : `No system runs on ${dataDir}.`;
    throw new SwitchyardError(
      url ? 'key.missing' : 'system.not_running',
      `${needs}${url ? '' : ' Start one with `npm start`, or say where it is with --url and --api-key (SWITCHYARD_URL, SWITCHYARD_API_KEY), or --data DIR.'}`,
    );
  }
  const connection = await readConnection(dataDir);
  return new SwitchyardClient({ url: url ?? connection.gateway_url, apiKey: apiKey ?? connection.api_key });
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
