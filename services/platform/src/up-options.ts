import { resolve } from 'node:path';

/** What `switchyard up` may be told. Ports are on 127.0.0.1; 0 takes any free one. */
export interface UpOptions {
  dataDir: string;
  separate: boolean;
  /** Processes of each service, where they are separate; gateways listen on ports that follow each other. */
  replicas: number;
  gatewayPort: number;
  natsPort: number;
  natsMonitorPort: number;
  postgresPort: number;
  simulatorPort: number;
  /** A NATS that is already there: none is started. */
  natsUrl?: string | undefined;
  /** A Postgres that is already there: none is started. */
  databaseUrl?: string | undefined;
  /** The environment that the services read, and in which keys of model providers are looked for. */
  env: Readonly<Record<string, string | undefined>>;
  /** One line for a person. */
  progress: (line: string) => void;
}

export const DEFAULT_PORTS = { gateway: 7400, nats: 7422, natsMonitor: 7423, postgres: 7432, simulator: 7460 } as const;
export const DEFAULT_DATA_DIR = '.switchyard';

export function upOptions(given: Partial<UpOptions> = {}): UpOptions {
  const env = given.env ?? process.env;
  return {
    dataDir: resolve(given.dataDir ?? DEFAULT_DATA_DIR),
    separate: given.separate ?? false,
    replicas: given.replicas ?? 1,
    gatewayPort: given.gatewayPort ?? DEFAULT_PORTS.gateway,
    natsPort: given.natsPort ?? DEFAULT_PORTS.nats,
    natsMonitorPort: given.natsMonitorPort ?? DEFAULT_PORTS.natsMonitor,
    postgresPort: given.postgresPort ?? DEFAULT_PORTS.postgres,
    simulatorPort: given.simulatorPort ?? DEFAULT_PORTS.simulator,
    natsUrl: given.natsUrl ?? emptyToUndefined(env['NATS_URL']),
    databaseUrl: given.databaseUrl ?? emptyToUndefined(env['DATABASE_URL']),
    env,
    progress: given.progress ?? (() => undefined),
  };
}

function emptyToUndefined(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
