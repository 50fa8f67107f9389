import { accessSync, constants } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { cacheFolder } from '../cache-folder.js';
import { silent, type Progress } from '../progress.js';
import { reason } from '../run-command.js';
import { fetchAptPackage } from './apt-package.js';
import { fetchRelease } from './release-archive.js';
import { minimumVersion, pinnedVersion, verifiedVersion } from './version.js';

export type NatsServerSource = 'path' | 'cache' | 'release' | 'distribution';

export interface NatsServerBinary {
  path: string;
  version: string;
  source: NatsServerSource;
}

export interface EnsureNatsServerOptions {
  progress?: Progress;
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** How to fetch the program into a folder; answers its path. Default: the official release, the distribution's archive. */
  fetchers?: NatsServerFetchers;
}

export interface NatsServerFetchers {
  release(folder: string): Promise<string>;
  distribution(folder: string, progress: Progress): Promise<string>;
}

const defaultFetchers: NatsServerFetchers = { release: fetchRelease, distribution: fetchAptPackage };

const program = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/**
 * Finds a nats-server that is new enough: on PATH, in the cache, in the official release, in the distribution's
 * archive. What had to be fetched is kept in the cache, so the second time needs no network.
 * Throws `servers.nats_missing` with everything that was tried when there is none.
 */
export async function ensureNatsServer(options: EnsureNatsServerOptions = {}): Promise<NatsServerBinary> {
  const { progress = silent, env = process.env, fetchers = defaultFetchers } = options;
  const cached = join(cacheFolder(env), 'nats-server', pinnedVersion, program);
  const tried: string[] = [];
  const attempt = async (source: NatsServerSource, find: () => Promise<string> | string) => {
    try {
      const path = await find();
      return { path, version: await verifiedVersion(path), source };
    } catch (error) {
      tried.push(`${source}: ${reason(error)}`);
      return undefined;
    }
  };

  const present = (await attempt('path', () => onPath(env))) ?? (await attempt('cache', () => existing(cached)));
  if (present) return present;

  progress(`nats-server: none on this machine, fetching release ${pinnedVersion}`);
  const fetched =
    (await attempt('release', () => intoCache(cached, fetchers.release))) ??
    (await attempt('distribution', () => {
      progress(`nats-server: the release is out of reach (${tried.at(-1) ?? ''}), trying the distribution's archive`);
      return intoCache(cached, (folder) => fetchers.distribution(folder, progress));
    }));
  if (!fetched) throw missing(tried);
  progress(`nats-server: ${fetched.version} from the ${fetched.source}, kept in ${fetched.path}`);
  return fetched;
}

function onPath(env: NodeJS.ProcessEnv): string {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (!found) throw new Error(`no ${program} in PATH`);
  return found;
}

function existing(path: string): string {
  if (!isExecutable(path)) throw new Error(`${path} does not exist`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Fetches in a folder of its own, then moves the program into place: two starts at once never see half a file. */
async function intoCache(target: string, fetchInto: (folder: string) => Promise<string>): Promise<string> {
  const folder = join(target, '..');
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const found = await fetchInto(work);
    const ready = join(work, program);
    await copyFile(found, ready);
    await chmod(ready, 0o755);
    await verifiedVersion(ready);
    await rename(ready, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function missing(tried: readonly string[]): SwitchyardError {
  const lines: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'brew install nats-server',
    win32: 'winget install NATSAuthors.NATSServer',
  };
  const line =
    lines[process.platform] ??
    `download nats-server ${pinnedVersion} from https://github.com/nats-io/nats-server/releases and put it on PATH`;
  return new SwitchyardError(
    'servers.nats_missing',
    [
      `There is no nats-server ${minimumVersion} or newer, and none could be fetched.`,
      ...tried.map((failure) => `  - ${failure}`),
      `Connect this machine to the network and try again, or: ${line}`,
      'A server that runs already is used with: NATS_URL=nats://HOST:4222',
    ].join('\n'),
    { retryable: true, details: { tried: [...tried] } },
  );
}
