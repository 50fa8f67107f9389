import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Two web servers of this machine: one with a timetable that the tools may read, and one that they may not. */
export class PageServer {
  private constructor(
    private readonly allowed: Server,
    private readonly forbidden: Server,
  ) {}

  static async start(): Promise<PageServer> {
    const page =
      '<html><head><title>Timetable</title></head><body><h1>Timetable</h1><p>The night train leaves at 22:14.</p></body></html>';
    const servers = [0, 1].map(() =>
      createServer((_, response) => response.setHeader('content-type', 'text/html').end(page)).listen(0, '127.0.0.1'),
    );
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return new PageServer(servers[0] as Server, servers[1] as Server);
  }

  /** host:port */
  get host(): string {
    return hostOf(this.allowed);
  }

  get forbiddenHost(): string {
    return hostOf(this.forbidden);
  }

  async stop(): Promise<void> {
    for (const server of [this.allowed, this.forbidden]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
