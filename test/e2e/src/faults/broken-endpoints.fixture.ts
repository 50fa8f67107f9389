import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Model endpoints that are broken in ways that no model server is by design. The first part of the path says how. */
export class BrokenEndpoints {
  /** Requests by their first part of the path. */
  readonly asked: Record<string, number> = {};

  private constructor(private readonly server: Server) {}

  static async start(): Promise<BrokenEndpoints> {
    const server = createServer((request, response) => {
      const way = (request.url ?? '').split('/')[1] ?? '';
      endpoints.asked[way] = (endpoints.asked[way] ?? 0) + 1;
      request.resume();
      switch (way) {
        // As some providers do: the key stands in the message.
        case 'echoes-key':
          response.writeHead(401, { 'content-type': 'application/json' });
          return response.end(
            JSON.stringify({
              error: { message: `Incorrect key provided: ${request.headers.authorization}`, code: 'invalid_api_key' },
            }),
          );
        case 'web-page':
          response.writeHead(200, { 'content-type': 'text/html' });
          return response.end('<html><body>Welcome to the captive portal</body></html>');
        case 'noise':
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          return response.end(Buffer.from([0, 255, 10, 10, 100, 97, 116, 97, 58, 32, 255, 10, 10]));
        case 'empty':
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          return response.end();
        case 'hangs-up':
          return request.socket.destroy();
        default:
          return response.writeHead(500).end();
      }
    });
    const endpoints = new BrokenEndpoints(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoints;
  }

  url(way: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${way}/v1`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}
