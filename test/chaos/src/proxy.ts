import { createServer, connect, type Socket } from 'node:net';
import { closeServer, listen } from './listen.js';

/** What lies between the services and a server: a wire that can be cut. */
export class Proxy {
  readonly #pairs = new Set<{ client: Socket; server: Socket; swallows: boolean }>();
  readonly #server = createServer((client) => this.#accept(client));
  port = 0;

  /** @param targetPort of the server on the loopback interface */
  constructor(private readonly targetPort: number) {}

  async start(): Promise<this> {
    this.port = await listen(this.#server);
    return this;
  }

  /** Cuts every connection at once, as a network does. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /**
   * From now on the server's answers are lost for this long, then the connections break: what was sent by then has
   * happened, and nobody was told.
   */
  swallow(ms: number): void {
    const affected = [...this.#pairs];
    for (const pair of affected) pair.swallows = true;
    setTimeout(() => {
      for (const { client, server } of affected) {
        client.destroy();
        server.destroy();
      }
    }, ms);
  }

  async stop(): Promise<void> {
    this.cut();
    await closeServer(this.#server);
  }

  #accept(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    const pair = { client, server, swallows: false };
    this.#pairs.add(pair);
    client.setNoDelay(true);
    server.setNoDelay(true);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      // A broken connection is what this is for: its other end is broken too.
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      if (!pair.swallows) client.write(bytes);
    });
  }
}
