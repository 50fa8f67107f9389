// Everything that `npm start` and `npm test` need and that is not there yet: dependencies, build, nats-server, Postgres.
// Well under a second when nothing is missing, and then without the network.
import './lib/check-node.mjs';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/workspace.mjs';

/** @param own which servers of the caller's own make ours needless: { nats, postgres } */
export async function setup(own = {}) {
  await ensureDependencies();
  await ensureBuild();
  const servers = await import(new URL('libs/servers/dist/index.js', `${pathToFileURL(root)}/`));
  const progress = (line) => process.stderr.write(`${line}\n`);
  if (!own.nats) await servers.ensureNatsServer({ progress });
  if (!own.postgres) await servers.ensurePostgres();
}

/** Runs a script's main part; a failure is its message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    const known = ['SetupError', 'SwitchyardError'].includes(error?.name);
    process.stderr.write(`\n${known ? error.message : (folderTrouble(error) ?? error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

/** What the system says of a folder that cannot be written, with what to do about it. */
function folderTrouble(error) {
  const advice = {
    EACCES: 'Make it yours (chown), or clone into a folder of your own.',
    EPERM: 'Make it yours (chown), or clone into a folder of your own.',
    EROFS: 'It cannot be written. Clone into a folder that can.',
    ENOSPC: 'The disk is full. Make room, then type the same line again.',
  }[error?.code];
  return advice && `${error.path ?? root}: ${error.message}.\n${advice}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(() => setup());
