import { resolve } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';

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
  /** Aborted by who has changed his mind: what was started by then is stopped again. */
  signal: AbortSignal;
}

export const DEFAULT_PORTS = { gateway: 7400, nats: 7422, natsMonitor: 7423, postgres: 7432, simulator: 7460 } as const;
export const DEFAULT_DATA_DIR = '.switchyard';

/** @throws SwitchyardError `usage.invalid` for options that contradict each other */
export function upOptions(given: Partial<UpOptions> = {}): UpOptions {
  const options = withDefaults(given);
  checkReplicas(options);
  checkPortsDiffer(options);
  return options;
}

function withDefaults(given: Partial<UpOptions>): UpOptions {
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
    signal: given.signal ?? new AbortController().signal,
  };
}

function checkReplicas({ replicas, separate }: UpOptions): void {
  if (replicas < 1) throw invalid(`--replicas is ${replicas}: each service needs one process at least.`);
  if (replicas > 1 && !separate)
    throw invalid('--replicas needs --separate: in one process there is one of each service.');
}

function checkPortsDiffer(options: UpOptions): void {
  const seen = new Map<number, string>();
  const wanted: [string, number][] = [
    ...Array.from({ length: options.replicas }, (_, replica): [string, number] => [
      '--port',
      options.gatewayPort === 0 ? 0 : options.gatewayPort + replica,
    ]),
    ['--simulator-port', options.simulatorPort],
    ...(options.natsUrl ? [] : ([['--nats-port', options.natsPort]] as [string, number][])),
    ...(options.natsUrl ? [] : ([['--nats-monitor-port', options.natsMonitorPort]] as [string, number][])),
    ...(options.databaseUrl ? [] : ([['--postgres-port', options.postgresPort]] as [string, number][])),
  ];
  for (const [option, port] of wanted) {
    const other = port === 0 ? undefined : seen.get(port);
    if (other) throw invalid(`${other} and ${option} both take port ${port}: choose another for one of them.`);
    seen.set(port, option);
  }
}

function invalid(message: string): SwitchyardError {
  return new SwitchyardError('usage.invalid', message);
}

function emptyToUndefined(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
