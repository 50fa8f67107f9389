export { testServers, type TestServers } from './test-servers.js';
export { freshDatabase, type Beginning, type FreshDatabase } from './fresh-database.js';
export { freshPrefix } from './fresh-prefix.js';
export { connectNats, natsOptions } from './connect-nats.js';
export { gate, type Gate } from './gate.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
export { steppedClock, countingIds, seededNumbers, type SteppedClock } from './deterministic.js';
export { checkEvidenceGraphs, type GraphMemory, type GraphReport } from './evidence-graphs.js';
