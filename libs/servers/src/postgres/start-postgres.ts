import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from '../credentials.js';
import { claimFolder, dataError } from '../process/folder-claim.js';
import { startChild, type Lifetime, type ManagedChild } from '../process/managed-child.js';
import { stopOrphan } from '../process/orphan.js';
import { loopback, onPort, portTaken } from '../process/ports.js';
import { silent, type Progress } from '../progress.js';
import { ensurePostgres, type PostgresBinaries } from './binaries.js';
import { createDatabase, answersQuery, type Login } from './login.js';
import { initialise, plainEnvironment } from './initialise.js';
import { runAs, type RunAs } from './run-as.js';

export interface StartPostgresOptions {
  /** Holds the database, the password and the log. Made when missing. */
  dataDir: string;
  /** On 127.0.0.1; 0 or nothing for any free one. */
  port?: number;
  /** Made when missing. Default `switchyard`. */
  database?: string;
  /** How to choose another port, for the error message, as in `--postgres-port N`. */
  portHint?: string;
  /** Default `process`. */
  lifetime?: Lifetime;
  /** For tests only: a loss of power may take the data, and nothing waits for the disk. What was committed outlives a kill all the same. */
  disposable?: boolean;
  progress?: Progress;
}

export interface PostgresServer {
  /** With user, password and database in it. */
  url: string;
  port: number;
  database: string;
  credentials: Credentials;
  pid: number;
  logFile: string;
  /** Resolves when it has ended, however that came, and tells how. */
  ended: Promise<string>;
  /** Stops it in good order. Its data stay. */
  stop(): Promise<void>;
}

const server = 'postgres';
/** Replaying a long write-ahead log takes a while. */
const readyTimeoutMs = 120_000;
/** "Fast shutdown": open connections are ended, everything is written. Source: PostgreSQL 18, "Shutting Down the Server". */
const stopSignal = 'SIGINT';

const settings: Readonly<Record<string, string>> = {
  listen_addresses: loopback,
  // A socket's path may be at most 107 bytes long; TCP has no such limit.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // A commit that returned is on disk, whatever a configuration file says.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Our statements are short: compiling them costs more than it saves.
  jit: 'off',
};

/**
 * Starts the embedded Postgres on 127.0.0.1, with a password, durable commits, and the database made. Runs for root too.
 * Throws `servers.postgres_missing`, `servers.postgres_user`, `servers.postgres_version`, `servers.port_taken`,
 * `servers.data_in_use`, `servers.data_unusable`, `servers.start_failed`.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<PostgresServer> {
  const { port = 0, database = 'switchyard', portHint, lifetime = 'process', progress = silent } = options;
  const disposable = options.disposable ?? false;
  const dataDir = resolve(options.dataDir);
  const binaries = await ensurePostgres();
  const claim = await claimFolder(dataDir, server);
  try {
    const cluster = join(dataDir, 'cluster');
    const logFile = join(dataDir, 'postgres.log');
    const pidFile = join(cluster, 'postmaster.pid');
    const found = await stopOrphan({
      server,
      pidFile,
      program: basename(binaries.postgres),
      argument: cluster,
      stopSignal,
      progress,
    });
    if (found === 'unrelated') await disownPidFile(pidFile);
    const as = runAs(binaries.postgres, dataDir);
    const credentials = await initialise(
      { dataDir, cluster, credentialsFile: join(dataDir, 'credentials.json') },
      binaries,
      as,
      progress,
    );

    return await onPort(port, server, portHint, async (chosen) => {
      const login: Login = { ...credentials, host: loopback, port: chosen };
      const child = await startServer({
        binaries,
        as,
        cluster,
        logFile,
        login,
        portHint,
        lifetime,
        disposable,
        progress,
      });
      try {
        await createDatabase(login, database);
      } catch (error) {
        await child.stop();
        throw error;
      }
      if (lifetime === 'detached') await claim.release();
      const { user, password } = credentials;
      return {
        url: `postgres://${user}:${password}@${loopback}:${chosen}/${encodeURIComponent(database)}`,
        port: chosen,
        database,
        credentials,
        pid: child.pid,
        logFile,
        ended: child.ended,
        stop: async () => {
          await child.stop();
          await claim.release();
        },
      };
    });
  } catch (error) {
    await claim.release();
    throw dataError(dataDir, server, error);
  }
}

interface ServerRequest {
  binaries: PostgresBinaries;
  as: RunAs;
  cluster: string;
  logFile: string;
  login: Login;
  portHint: string | undefined;
  lifetime: Lifetime;
  disposable: boolean;
  progress: Progress;
}

async function startServer(request: ServerRequest): Promise<ManagedChild> {
  const { binaries, as, cluster, logFile, login, portHint, lifetime, disposable, progress } = request;
  const chosen = { ...settings, ...(disposable ? { fsync: 'off' } : {}), port: String(login.port) };
  const flags = Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const deadline = Date.now() + readyTimeoutMs;
  while (true) {
    const child = startChild({
      server,
      program: binaries.postgres,
      args: ['-D', cluster, ...flags],
      wrap: as.command,
      cwd: '/',
      logFile,
      env: plainEnvironment(),
      identity: as.identity,
      lifetime,
      stopSignal,
    });
    try {
      await child.ready(() => answersQuery(login), readyTimeoutMs);
      return child;
    } catch (error) {
      await child.stop();
      const printed = child.printed();
      if (printed.includes('Address already in use')) throw portTaken(login.port, server, portHint);
      // A postmaster that was killed leaves children that notice within a moment and end.
      if (!printed.includes('pre-existing shared memory block') || Date.now() > deadline) throw error;
      progress('postgres: waiting for the processes of the one before to end');
      await sleep(200);
    }
  }
}

/**
 * Postgres does not start while its process id file names a living process, whichever that is, unless it is its parent.
 * The rest of the file stays: by it Postgres finds out whether children of the one before still use the data.
 */
async function disownPidFile(pidFile: string): Promise<void> {
  const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
  await writeFile(pidFile, [String(process.pid), ...rest].join('\n'));
}
