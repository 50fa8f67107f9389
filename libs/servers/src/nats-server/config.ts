import type { Credentials } from '../credentials.js';
import { loopback } from '../process/ports.js';

export interface NatsServerConfig {
  port: number;
  monitorPort: number;
  storeDir: string;
  pidFile: string;
  credentials: Credentials;
  /** Leave it to the system when data go to the disk. */
  disposable: boolean;
}

/**
 * The configuration file. `sync_interval: always` because a task that INTAKE acknowledged must be on disk; streams that
 * can be derived from Postgres choose `persist_mode: async` for themselves. More users, each with an nkey and its own
 * permissions, belong in the same `users` list. `max_payload` is the most that NATS recommends
 * (https://docs.nats.io/running-a-nats-service/configuration#connectivity); what the gateway takes (2 MiB) fits by far.
 */
export function renderConfig(settings: NatsServerConfig): string {
  const { port, monitorPort, storeDir, pidFile, credentials, disposable } = settings;
  return `# Written at every start. Change nothing here.
server_name: switchyard
host: "${loopback}"
port: ${port}
http: "${loopback}:${monitorPort}"
pid_file: ${JSON.stringify(pidFile)}
max_payload: 8MB
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  sync_interval: ${disposable ? '2m' : 'always'}
  max_memory_store: 256MB
}
authorization {
  users: [
    { user: ${JSON.stringify(credentials.user)}, password: ${JSON.stringify(credentials.password)} }
  ]
}
`;
}
