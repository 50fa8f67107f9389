import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  claimFolder,
  isPortFree,
  startNats,
  startPostgres,
  type NatsServer,
  type PostgresServer,
} from '@switchyard/servers';
import { checkEnvironment } from './check-environment.js';
import { readConnectionFile, removeConnection, writeConnection, type Connection } from './connection-file.js';
import { firstSteps, type FirstSteps } from './first-steps.js';
import { KeptServer, type OwnServer } from './kept-server.js';
import { ownSecretKey } from './own-secret-key.js';
import { migrate } from './migrate.js';
import { startTogether } from './start-together.js';
import { startSeparately } from './start-separately.js';
import { startEmbeddedSimulator } from './embedded-simulator.js';
import { Stack } from './stack.js';
import { portTaken, waitForPort } from './ports.js';
import { upOptions, type UpOptions } from './up-options.js';

/** A system that is up. */
export interface Running {
  connection: Connection;
  /** What was found or made for the user: backends, the first agent, the first key. */
  first: FirstSteps;
  /** From the call of `up` to ready, in ms. */
  readyMs: number;
  /** Stops all in the order opposite to the start. */
  stop(): Promise<void>;
  /** Settles when a part of the system ended by itself and could not be brought back. */
  failed: Promise<Error>;
}

/**
 * Brings a whole system up on this machine: servers, migrations, services, a first key and agent.
 *
 * @throws SwitchyardError `config.invalid`, `servers.*` (a taken port, data in use, a server that did not start),
 *   `database.unavailable`, `rpc.*`, `usage.invalid`, or the signal's reason; whatever had been started by then is
 *   stopped again.
 */
export async function up(given: Partial<UpOptions> = {}): Promise<Running> {
  const options = upOptions(given);
  checkEnvironment(options.env);
  const begun = performance.now();
  const stack = new Stack();
  try {
    return await bringUp(options, stack, begun);
  } catch (error) {
    await stack.unwind();
    throw error;
  }
}

async function bringUp(options: UpOptions, stack: Stack, begun: number): Promise<Running> {
  const { dataDir, progress, signal } = options;
  const claim = await claimFolder(dataDir, 'switchyard up');
  stack.push('the data folder', () => claim.release());
  await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  await checkPorts(options);

  const [nats, postgres, simulator] = await startServers(options, stack);
  signal.throwIfAborted();
  progress('Bringing the database up to date');
  await migrate(postgres.url);

  const env = {
    ...options.env,
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    SWITCHYARD_GATEWAY_PORT: String(options.gatewayPort),
    SWITCHYARD_FILES_ROOT: options.env['SWITCHYARD_FILES_ROOT'] ?? join(dataDir, 'files'),
    ...(await ownSecretKey(options.env, dataDir)),
  };
  await mkdir(env.SWITCHYARD_FILES_ROOT, { recursive: true, mode: 0o700 });
  signal.throwIfAborted();
  progress(options.separate ? 'Starting the services, each in its own process' : 'Starting the services');
  const start = options.separate ? startSeparately : startTogether;
  const services = await start({
    env,
    dataDir,
    progress,
    gatewayPort: options.gatewayPort,
    replicas: options.replicas,
    signal,
  });
  stack.push('the services', () => services.stop());
  signal.throwIfAborted();

  const first = await firstSteps({ env, dataDir, simulatorUrl: simulator?.url });
  const connection: Connection = {
    pid: process.pid,
    started_at: new Date().toISOString(),
    mode: options.separate ? 'separate' : 'all-in-one',
    gateway_url: services.gatewayUrl,
    nats_url: nats.url,
    ...(nats.monitorUrl ? { nats_monitor_url: nats.monitorUrl } : {}),
    database_url: postgres.url,
    ...(simulator ? { simulator_url: simulator.url } : {}),
    api_key: first.apiKey,
    prefix: first.prefix,
    tenant: first.tenant,
  };
  await writeConnection(dataDir, connection);
  stack.push('the connection file', () => removeConnection(dataDir));
  return {
    connection,
    first,
    readyMs: performance.now() - begun,
    stop: () => stack.unwind(),
    failed: Promise.race([services.failed, nats.failed, postgres.failed]),
  };
}

interface Server {
  url: string;
  monitorUrl?: string;
  /** Settles when it ended by itself and could not be brought back. */
  failed: Promise<Error>;
}

const never = new Promise<Error>(() => undefined);

/** NATS, Postgres and, unless somebody has a model, the simulator: side by side, since none needs another. */
async function startServers(options: UpOptions, stack: Stack): Promise<[Server, Server, { url: string } | undefined]> {
  const { dataDir, progress } = options;
  const started = await Promise.allSettled([
    ownServer(options.natsUrl, 'nats-server', options, stack, (before?: NatsServer) =>
      startNats({
        dataDir: join(dataDir, 'nats'),
        port: before?.port ?? options.natsPort,
        monitorPort: before?.monitorPort ?? options.natsMonitorPort,
        portHint: 'another port with --nats-port N and --nats-monitor-port N',
        progress,
      }),
    ),
    ownServer(options.databaseUrl, 'postgres', options, stack, (before?: PostgresServer) =>
      startPostgres({
        dataDir: join(dataDir, 'postgres'),
        port: before?.port ?? options.postgresPort,
        database: 'switchyard',
        portHint: 'another port with --postgres-port N',
        progress,
      }),
    ),
    ownSimulator(options, stack),
  ]);
  const failure = started.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  const [nats, postgres, simulator] = started.map((result) => (result as PromiseFulfilledResult<Server>).value);
  if (!nats || !postgres) throw new TypeError('a server that started has no address');
  return [nats, postgres, simulator];
}

async function ownServer<T extends OwnServer & { monitorUrl?: string }>(
  url: string | undefined,
  name: string,
  { progress }: UpOptions,
  stack: Stack,
  start: (before?: T) => Promise<T>,
): Promise<Server> {
  if (url) return { url, failed: never };
  const kept = await KeptServer.start({ name, start, progress });
  stack.push(name, () => kept.stop());
  const { server, failed } = kept;
  return { url: server.url, ...(server.monitorUrl ? { monitorUrl: server.monitorUrl } : {}), failed };
}

async function ownSimulator(options: UpOptions, stack: Stack): Promise<Server> {
  const simulator = await startEmbeddedSimulator(options);
  stack.push('the simulator', () => simulator.stop());
  return { url: simulator.url, failed: never };
}

/** Before anything is started: a port that is taken should cost nobody a half-started system. */
async function checkPorts(options: UpOptions): Promise<void> {
  const previous = await readConnectionFile(options.dataDir);
  const wanted: [number, string, string][] = [
    [options.gatewayPort, 'the gateway', '--port N'],
    [options.simulatorPort, 'the simulator', '--simulator-port N'],
  ];
  for (const [port, name, option] of wanted) {
    if (port === 0 || (await isPortFree(port))) continue;
    // The services of a system that was killed notice it and stop by themselves; give them that moment.
    if (previous && (await waitForPort(port, 5_000))) continue;
    throw portTaken(port, name, option);
  }
  await removeConnection(options.dataDir);
}
