import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { testServers } from './test-servers.js';

/** What the client needs for a URL with user and password in it: it does not read them from there itself. */
export function natsOptions(url: string): NodeConnectionOptions {
  const { host, username, password } = new URL(url);
  return {
    servers: host,
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
  };
}

/** A bare client on the shared test server. Close it at the end. */
export async function connectNats(): Promise<NatsConnection> {
  const { natsUrl } = await testServers();
  return connect(natsOptions(natsUrl));
}
