export { up, type Running } from './up.js';
export { DEFAULT_DATA_DIR, DEFAULT_PORTS, upOptions, type UpOptions } from './up-options.js';
export { connectionFile, readConnectionFile, type Connection } from './connection-file.js';
export { databaseOwners, migrate } from './migrate.js';
export { FIRST_AGENT } from './first-agent.js';
export { mainFile, SERVICE_NAMES, type ServiceName } from './service-table.js';
export { stopWithParent, YOUNG_GENERATION } from './start-separately.js';
export { diagnose, diagnoseRemote, type Finding } from './doctor/diagnose.js';
