import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  create,
  OpenApiSettingsSchema,
  ToolServerSchema,
  type JsonObject,
  type MessageInitShape,
  type ToolServer,
} from '@switchyard/contracts';
import { bookshop } from './bookshop.fixture.js';

/** A request as it came. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Settings = Exclude<MessageInitShape<typeof OpenApiSettingsSchema>, { $typeName: string }>;
export type ServerInit = Exclude<MessageInitShape<typeof ToolServerSchema>, { $typeName: string }>;

type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP API with a document, as one finds them on the public internet: it wants keys, pages its lists, and has every kind of parameter. */
export class ApiFixture {
  readonly seen: SeenRequest[] = [];
  document: JsonObject | string = bookshop();
  /** Before the shop's own answers, by "METHOD /path". */
  readonly answers = new Map<string, Answer>();
  /** How often the document was asked for, and how often it had not changed. */
  documentReads = 0;
  unchangedReads = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ApiFixture> {
    const server = createServer();
    const fixture = new ApiFixture(server);
    server.on('request', (request, response) => void fixture.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fixture;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  definition(name: string, openapi: Settings = {}, init: ServerInit = {}): ToolServer {
    return create(ToolServerSchema, {
      name,
      kind: 'openapi',
      url: `${this.url}/openapi.json`,
      pool: 'default',
      openapi: create(OpenApiSettingsSchema, { allowPrivate: true, ...openapi }),
      ...init,
    });
  }

  /** Requests but for those of the document and of tokens. */
  get calls(): SeenRequest[] {
    return this.seen.filter(({ url }) => url !== '/openapi.json' && url !== '/token');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    this.seen.push(request);
    const path = url.split('?')[0] ?? '';
    const answer = this.answers.get(`${method} ${path}`);
    if (answer) return answer(request, response);
    if (path === '/openapi.json') return this.sendDocument(request, response);
    if (path === '/token') return sendToken(request, response);
    if (path.startsWith('/books') && headers['x-api-key'] !== 'key-of-the-shop')
      return json(response, 401, { error: 'no key' });
    if (path === '/books' && method === 'GET') return sendBooks(url, response);
    json(response, 200, { method, url, body: request.body, ...shownHeaders(headers) });
  }

  private sendDocument({ headers }: SeenRequest, response: ServerResponse): void {
    this.documentReads += 1;
    const body = typeof this.document === 'string' ? this.document : JSON.stringify(this.document);
    const etag = `"${Buffer.byteLength(body)}-${body.length}-${hash(body)}"`;
    if (headers['if-none-match'] === etag) {
      this.unchangedReads += 1;
      response.writeHead(304, { etag }).end();
    } else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(body);
  }
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const BOOKS = Array.from({ length: 5 }, (_, n) => ({
  id: n + 1,
  title: `Book ${n + 1}`,
  links: { self: `/books/${n + 1}` },
}));

function sendBooks(url: string, response: ServerResponse): void {
  const query = new URL(url, 'http://shop').searchParams;
  const page = Number(query.get('page') ?? 1);
  const books = BOOKS.slice((page - 1) * 2, page * 2);
  if (page * 2 < BOOKS.length) response.setHeader('link', `</books?page=${page + 1}>; rel="next"`);
  json(response, 200, { items: books, total: BOOKS.length });
}

let tokens = 0;

function sendToken({ headers, body }: SeenRequest, response: ServerResponse): void {
  const isKnown =
    headers.authorization === `Basic ${Buffer.from('shop-client:secret-of-the-client').toString('base64')}`;
  if (!isKnown)
    return json(response, 401, { error: 'invalid_client', error_description: 'secret-of-the-client is wrong' });
  tokens += 1;
  json(response, 200, { access_token: `token-of-the-shop-${tokens}`, token_type: 'Bearer', expires_in: 3_600, body });
}

function shownHeaders(headers: IncomingMessage['headers']): JsonObject {
  const names = ['x-trace', 'cookie', 'authorization', 'content-type', 'idempotency-key', 'x-api-key'];
  return Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])));
}

function hash(body: string): number {
  return [...body].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
