import { jetstream } from '@nats-io/jetstream';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';
import { createLogger, metrics, type Logger } from '@switchyard/telemetry';
import { Bus } from './bus.js';
import { Subjects } from './subjects.js';

export interface BusOptions {
  /** `nats://host:port`, with `user:password@` or `token@` where needed; several separated by commas. */
  servers: string;
  /** The service's name in NATS and in traces: "switchyard-router". */
  name: string;
  /** First token of every subject. Default "switchyard". */
  prefix?: string;
  logger?: Logger;
  /** How long the first connection may take. Default 5,000. */
  timeoutMs?: number;
}

/**
 * Connects to NATS. Once connected, a lost connection is made again for as long as the bus is open.
 *
 * @throws SwitchyardError `bus.unreachable` (retryable) or `bus.unauthorized`, saying which server and what to do
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const logger = options.logger ?? createLogger(options.name);
  const subjects = new Subjects(options.prefix);
  const nc = await open(options);
  void watch(nc, options.name, logger);
  return new Bus(nc, jetstream(nc), subjects, options.name, logger);
}

async function open(options: BusOptions): Promise<NatsConnection> {
  const { servers, credentials } = parseServers(options.servers);
  try {
    return await connect({
      servers,
      ...credentials,
      name: options.name,
      timeout: options.timeoutMs ?? 5_000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 20_000,
      // Stacks at every request cost more than the request.
      noAsyncTraces: true,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Error && cause.name === 'AuthorizationError') {
      throw new SwitchyardError(
        'bus.unauthorized',
        `NATS at ${servers.join(', ')} refused these credentials: correct NATS_URL.`,
        {
          cause,
        },
      );
    }
    throw new SwitchyardError(
      'bus.unreachable',
      `Cannot reach NATS at ${servers.join(', ')}: ${reason}. Start it (\`switchyard up\` does), or set NATS_URL.`,
      { retryable: true, details: { servers }, cause },
    );
  }
}

function parseServers(text: string): {
  servers: string[];
  credentials: Pick<ConnectionOptions, 'user' | 'pass' | 'token'>;
} {
  const urls = text.split(',').map((part) => {
    const trimmed = part.trim();
    return new URL(trimmed.includes('://') ? trimmed : `nats://${trimmed}`);
  });
  const first = urls[0];
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  const credentials = user === '' ? {} : pass === '' ? { token: user } : { user, pass };
  return { servers: urls.map((url) => `${url.protocol === 'tls:' ? 'tls' : 'nats'}://${url.host}`), credentials };
}

async function watch(nc: NatsConnection, name: string, logger: Logger): Promise<void> {
  const connected = metrics.gauge('switchyard_bus_connected', '1 while the service has its NATS connection.', [
    'service',
  ]);
  connected.set({ service: name }, 1);
  for await (const status of nc.status()) {
    if (status.type === 'disconnect') {
      connected.set({ service: name }, 0);
      logger.warn({ server: status.server }, 'Lost the connection to NATS; trying again until it is back');
    } else if (status.type === 'reconnect') {
      connected.set({ service: name }, 1);
      logger.warn({ server: status.server }, 'Connected to NATS again');
    } else if (status.type === 'error') {
      logger.error({ err: status.error }, 'NATS reported an error');
    }
  }
  connected.set({ service: name }, 0);
}
