import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const limit = { quiet: true, timeoutMs: 10 * 60_000, env: { DEBIAN_FRONTEND: 'noninteractive' } };

/**
 * Installs the Debian packages of the programs that are missing, from wherever the machine has its packages.
 * Throws what to do where it may not, or where it fails.
 *
 * @param packages the package of each program
 */
export async function ensurePrograms(packages) {
  const missing = [];
  for (const [program, name] of Object.entries(packages)) if (!(await isThere(program))) missing.push(name);
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !(await isThere('apt-get')))
    throw new Error(`Tests need programs that are not on this machine. Install them:  ${command}`);
  process.stderr.write(`Installing ${missing.join(', ')} …\n`);
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing];
  let outcome = await run(install, limit);
  // Lists of packages that are not there, or too old.
  if (outcome.code !== 0 && (await run(['apt-get', 'update'], limit)).code === 0) outcome = await run(install, limit);
  if (outcome.code !== 0) throw new Error(`${command} failed:\n${outcome.output}`);
}

async function isThere(program) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  const found = await Promise.all(
    places.map((place) =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
