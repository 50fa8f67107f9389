// The client over HTTP alone, for programs that start often: what speaks NATS takes longer to load than they to do their work.
export { SwitchyardClient } from './client.js';
export { readConnection, type Connection } from './connection.js';
