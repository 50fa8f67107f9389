import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SwitchyardClient } from '@switchyard/client';
import { freePort, isPortFree } from '@switchyard/servers';
import { freshDatabase, freshPrefix, natsOptions, testServers } from '@switchyard/testing';

/** The command as a user calls it. */
export const COMMAND = join(
  dirname(createRequire(import.meta.url).resolve('@switchyard/cli/package.json')),
  'bin',
  'switchyard.mjs',
);

/** The two forms in which a system runs; every end-to-end test passes in both. */
export const FORMS = [
  { form: 'all in one process', args: [] },
  { form: 'two processes of each service', args: ['--separate', '--replicas', '2'] },
] as const;

export interface SystemOptions {
  /** Options of `switchyard up`. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Start nats-server and Postgres of its own instead of using the test run's. */
  ownServers?: boolean;
  /** Start on this data folder, which then stays; default: one of its own. */
  dataDir?: string;
  /** The same database and subjects as another system: what a restart sees. */
  sameAs?: System;
}

export interface Connection {
  pid: number;
  gateway_url: string;
  nats_url: string;
  database_url: string;
  simulator_url: string;
  api_key: string;
  prefix: string;
  tenant: string;
}

/** A system under test: `switchyard up` in a process of its own, seen from outside only. */
export class System {
  private constructor(
    readonly connection: Connection,
    readonly dataDir: string,
    readonly client: SwitchyardClient,
    /** What identifies the system's data on the shared servers. */
    readonly env: Readonly<Record<string, string>>,
    /** Processes of each service, and so gateways; those listen on ports that follow each other. */
    readonly replicas: number,
    private readonly process: ChildProcess,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(options: SystemOptions = {}): Promise<System> {
    const dataDir = options.dataDir ?? options.sameAs?.dataDir ?? (await mkdtemp(join(tmpdir(), 'switchyard-e2e-')));
    const shared = options.ownServers ? undefined : (options.sameAs?.env ?? (await sharedServers()));
    const env = {
      ...shared,
      SWITCHYARD_PROBE_LOCAL: 'off',
      SWITCHYARD_SIMULATOR: 'on',
      // Models that never answer are what many tests end with.
      SWITCHYARD_STOP_GRACE_MS: '2000',
      ...options.env,
    };
    const child = spawn(
      process.execPath,
      [COMMAND, 'up', '--json', '--data', dataDir, ...(await freePorts()), ...(options.args ?? [])],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...withoutKeys(process.env), ...env },
      },
    );
    const connection = await ready(child);
    const client = new SwitchyardClient({ url: connection.gateway_url, apiKey: connection.api_key });
    const replicas = Number(options.args?.[options.args.indexOf('--replicas') + 1] ?? 1) || 1;
    return new System(connection, dataDir, client, env, replicas, child, async () => {
      if (!options.dataDir && !process.env['SWITCHYARD_TEST_KEEP']) await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** A NATS client with nothing of ours in it. Close it at the end. */
  nats(): Promise<NatsConnection> {
    return connect(natsOptions(this.connection.nats_url));
  }

  /** A subject below the system's prefix. */
  subject(rest: string): string {
    return `${this.connection.prefix}.${rest}`;
  }

  /** Writes a file where the file tools look. */
  async file(name: string, content: string): Promise<void> {
    await writeFile(join(this.dataDir, 'files', name), content);
  }

  /** Process id of `switchyard up`. */
  get pid(): number {
    return this.process.pid ?? -1;
  }

  /** Stops it as Ctrl-C does, and removes its data folder. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await this.cleanUp();
  }

  /** Ends it with a signal and keeps its data; gives the exit code, or null after a signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = once(this.process, 'exit') as Promise<[number | null]>;
    this.process.kill(signal);
    const [code] = await ended;
    return code;
  }

  /** What its services logged. */
  log(name = 'switchyard'): Promise<string> {
    return readFile(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
  }
}

async function sharedServers(): Promise<Record<string, string>> {
  const { natsUrl } = await testServers();
  const database = await freshDatabase();
  return { NATS_URL: natsUrl, DATABASE_URL: database.url, SWITCHYARD_PREFIX: freshPrefix('e2e') };
}

async function freePorts(): Promise<string[]> {
  const options: string[] = [];
  for (const name of ['--nats-port', '--nats-monitor-port', '--postgres-port', '--simulator-port', '--port']) {
    options.push(name, String(await twoFreePorts()));
  }
  return options;
}

/** A free port that is followed by another: replicas of the gateway listen on ports that follow each other. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (await isPortFree(port + 1)) return port;
  }
}

/** Keys of model providers on the machine that runs the tests are not for the tests. */
function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/_API_KEY$|^NATS_URL$|^DATABASE_URL$|^SWITCHYARD_(?!CACHE|TEST)/.test(name),
    ),
  );
}

async function ready(child: ChildProcess): Promise<Connection> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith('{')) return JSON.parse(line) as Connection;
  }
  throw new Error(`switchyard up ended before it was ready:\n${said.join('')}`);
}
