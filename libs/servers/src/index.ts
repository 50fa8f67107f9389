export {
  ensureNatsServer,
  type EnsureNatsServerOptions,
  type NatsServerBinary,
  type NatsServerSource,
} from './nats-server/ensure-nats-server.js';
export { startNats, type NatsServer, type StartNatsOptions } from './nats-server/start-nats.js';
export { ensurePostgres, type PostgresBinaries } from './postgres/binaries.js';
export { startPostgres, type PostgresServer, type StartPostgresOptions } from './postgres/start-postgres.js';
export { cacheFolder } from './cache-folder.js';
export { claimFolder, type FolderClaim } from './process/folder-claim.js';
export { freePort, isPortFree } from './process/ports.js';
export type { Lifetime } from './process/managed-child.js';
export type { Progress } from './progress.js';
