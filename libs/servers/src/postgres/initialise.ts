import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { createCredentials, readCredentials, type Credentials } from '../credentials.js';
import type { Progress } from '../progress.js';
import { runCommand } from '../run-command.js';
import type { PostgresBinaries } from './binaries.js';
import type { RunAs } from './run-as.js';

export interface ClusterFolder {
  dataDir: string;
  /** Where the database files are, below `dataDir`. */
  cluster: string;
  credentialsFile: string;
}

/**
 * Makes the database files at the first start, and checks at every later one that they are of this version. They are
 * made beside their place and moved into it when whole, so that a start that was killed leaves nothing half made.
 */
export async function initialise(
  folder: ClusterFolder,
  binaries: PostgresBinaries,
  as: RunAs,
  progress: Progress,
): Promise<Credentials> {
  const major = binaries.version.split('.')[0] ?? '';
  const found = await versionOf(folder.cluster);
  if (found !== undefined) {
    if (found !== major) throw otherVersion(folder, found, binaries.version);
    const credentials = await readCredentials(folder.credentialsFile);
    if (!credentials) throw lostCredentials(folder);
    return credentials;
  }
  progress(`postgres: making a new database folder in ${folder.dataDir}`);
  const credentials =
    (await readCredentials(folder.credentialsFile)) ?? (await createCredentials(folder.credentialsFile));
  const fresh = `${folder.cluster}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  as.give(fresh);
  const passwordFile = join(folder.dataDir, `password-${randomUUID()}`);
  await writeFile(passwordFile, `${credentials.password}\n`, { mode: 0o600 });
  as.give(passwordFile);
  try {
    const { program, args } = as.command(binaries.initdb, [
      `--pgdata=${fresh}`,
      `--username=${credentials.user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Its own rules for text: the same order on every machine, whatever locales are installed.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    await runCommand(program, args, { cwd: '/', timeoutMs: 120_000, env: plainEnvironment(), ...as.identity });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, folder.cluster);
  return credentials;
}

/** Our environment without what would change how Postgres behaves. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
}

async function versionOf(cluster: string): Promise<string | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text?.trim();
}

function otherVersion({ dataDir }: ClusterFolder, found: string, version: string): SwitchyardError {
  return new SwitchyardError(
    'servers.postgres_version',
    `The database in ${dataDir} was made by Postgres ${found}; this is Postgres ${version}, which cannot read it. ` +
      'Copy the data over with pg_dump of the old version, or choose another data folder.',
    { details: { folder: dataDir, found, version } },
  );
}

function lostCredentials({ dataDir, credentialsFile }: ClusterFolder): SwitchyardError {
  return new SwitchyardError(
    'servers.data_unusable',
    `The database in ${dataDir} is there, but its password is not: ${credentialsFile} is missing. Put it back from a copy, or choose another data folder.`,
    { details: { folder: dataDir, file: credentialsFile } },
  );
}
