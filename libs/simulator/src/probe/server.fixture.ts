import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server that counts what it is asked. */
export interface CountingServer {
  url: string;
  /** Paths, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export async function serve(handle: Handle): Promise<CountingServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => closed(server) };
}

/** Passes on what lies at a path that is let through, and knows nothing else. */
export function only(target: string, passes: (path: string) => boolean): Promise<CountingServer> {
  return serve((request, response) => {
    const url = new URL(request.url ?? '/', target);
    if (!passes(url.pathname)) return void response.writeHead(404).end('404 page not found');
    const passed = httpRequest(url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
