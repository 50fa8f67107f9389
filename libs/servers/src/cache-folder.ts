import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where downloaded programs are kept for every clone on this machine: `SWITCHYARD_CACHE`, else
 * `$XDG_CACHE_HOME/switchyard`, else `~/.cache/switchyard`.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['SWITCHYARD_CACHE']) return env['SWITCHYARD_CACHE'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'switchyard');
  return join(homedir(), '.cache', 'switchyard');
}
