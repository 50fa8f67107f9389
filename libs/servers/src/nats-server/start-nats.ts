import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createCredentials, readCredentials, type Credentials } from '../credentials.js';
import { claimFolder, dataError } from '../process/folder-claim.js';
import { startChild, type Lifetime } from '../process/managed-child.js';
import { stopOrphan } from '../process/orphan.js';
import { freePort, isPortFree, loopback, onPort, portTaken } from '../process/ports.js';
import { silent, type Progress } from '../progress.js';
import { renderConfig } from './config.js';
import { ensureNatsServer, type NatsServerBinary } from './ensure-nats-server.js';
import { answersPing, isHealthy } from './probe.js';

export interface StartNatsOptions {
  /** Holds the streams, the configuration, the password and the log. Made when missing. */
  dataDir: string;
  /** Client port on 127.0.0.1; 0 or nothing for any free one. */
  port?: number;
  /** Monitoring port on 127.0.0.1; 0 or nothing for any free one. */
  monitorPort?: number;
  /** How to choose other ports, for the error message, as in `--nats-port N`. */
  portHint?: string;
  /** Default `process`. */
  lifetime?: Lifetime;
  /** For tests only: a loss of power may take the data, and nothing waits for the disk. What was acknowledged outlives a kill all the same. */
  disposable?: boolean;
  progress?: Progress;
  /** Default: what `ensureNatsServer` finds. */
  binary?: NatsServerBinary;
}

export interface NatsServer {
  /** With user and password in it. */
  url: string;
  monitorUrl: string;
  port: number;
  monitorPort: number;
  credentials: Credentials;
  pid: number;
  logFile: string;
  /** Resolves when it has ended, however that came, and tells how. */
  ended: Promise<string>;
  /** Stops it in good order. Its data stay. */
  stop(): Promise<void>;
}

const server = 'nats-server';
/** Recovering large streams takes a while. */
const readyTimeoutMs = 60_000;

/**
 * Starts a nats-server with JetStream on 127.0.0.1 that acknowledges only what is on disk. The same data folder keeps
 * streams and password from start to start.
 * Throws `servers.nats_missing`, `servers.port_taken`, `servers.data_in_use`, `servers.data_unusable`, `servers.start_failed`.
 */
export async function startNats(options: StartNatsOptions): Promise<NatsServer> {
  const { port = 0, portHint, lifetime = 'process', progress = silent } = options;
  const dataDir = resolve(options.dataDir);
  const binary = options.binary ?? (await ensureNatsServer({ progress }));
  const claim = await claimFolder(dataDir, server);
  try {
    const files = {
      config: join(dataDir, 'nats-server.conf'),
      pid: join(dataDir, 'nats-server.pid'),
      log: join(dataDir, 'nats-server.log'),
      credentials: join(dataDir, 'credentials.json'),
      store: join(dataDir, 'store'),
    };
    const orphan = {
      server,
      pidFile: files.pid,
      program: server,
      argument: files.config,
      stopSignal: 'SIGTERM',
      progress,
    } as const;
    await stopOrphan(orphan);
    await mkdir(files.store, { recursive: true, mode: 0o700 });
    const credentials = (await readCredentials(files.credentials)) ?? (await createCredentials(files.credentials));

    return await onPort(port, server, portHint, async (clientPort) => {
      const monitorPort = await monitoringPort(options, clientPort);
      const config = renderConfig({
        port: clientPort,
        monitorPort,
        storeDir: files.store,
        pidFile: files.pid,
        credentials,
        disposable: options.disposable ?? false,
      });
      await writeFile(files.config, config, { mode: 0o600 });
      const child = startChild({
        server,
        program: binary.path,
        args: ['-c', files.config],
        cwd: dataDir,
        logFile: files.log,
        lifetime,
        stopSignal: 'SIGTERM',
      });
      const monitorUrl = `http://${loopback}:${monitorPort}`;
      try {
        await child.ready(
          async () => (await answersPing(clientPort, credentials)) && (await isHealthy(monitorUrl)),
          readyTimeoutMs,
        );
      } catch (error) {
        await child.stop();
        if (child.printed().includes('address already in use')) throw portTaken(clientPort, server, portHint);
        throw error;
      }
      // Whoever stops a detached server does it by its id, from another process.
      if (lifetime === 'detached') await claim.release();
      const { user, password } = credentials;
      return {
        url: `nats://${user}:${password}@${loopback}:${clientPort}`,
        monitorUrl,
        port: clientPort,
        monitorPort,
        credentials,
        pid: child.pid,
        logFile: files.log,
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

async function monitoringPort({ monitorPort = 0, portHint }: StartNatsOptions, clientPort: number): Promise<number> {
  if (monitorPort !== 0) {
    if (await isPortFree(monitorPort)) return monitorPort;
    throw portTaken(monitorPort, "nats-server's monitoring", portHint);
  }
  const port = await freePort();
  return port === clientPort ? freePort() : port;
}
