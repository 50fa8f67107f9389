import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Backend } from '../profile/backend.js';
import type { ProfileInit } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';

/** A real HTTP server that answers as a test says. */
export class TestEndpoint {
  readonly seen: { headers: IncomingMessage['headers']; body: string; url: string }[] = [];
  /** Resolves when a client went away before its answer was over. */
  readonly clientGone: Promise<void>;
  private server!: Server;
  private handler: (response: ServerResponse) => void = (response) => response.end();
  private markGone!: () => void;

  private constructor() {
    this.clientGone = new Promise((resolve) => (this.markGone = resolve));
  }

  static async start(): Promise<TestEndpoint> {
    const endpoint = new TestEndpoint();
    endpoint.server = createServer((request, response) => void endpoint.handle(request, response));
    await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  answer(handler: (response: ServerResponse) => void): void {
    this.handler = handler;
  }

  stream(text: string, end: 'end' | 'open' | 'destroy' = 'end'): void {
    this.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text, () => {
        if (end === 'end') response.end();
        if (end === 'destroy') response.destroy();
      });
    });
  }

  backend(init: Partial<ProfileInit> = {}, more: Partial<Backend> = {}): Backend {
    const api = init.api ?? 'openai-chat';
    return {
      name: 'test',
      baseUrl: `${this.url}/v1`,
      api,
      model: 'm',
      profile: defineProfile({ ...init, api }),
      ...more,
    };
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request) body += String(piece);
    this.seen.push({ headers: request.headers, body, url: request.url ?? '' });
    response.on('close', () => {
      if (!response.writableFinished) this.markGone();
    });
    this.handler(response);
  }
}
