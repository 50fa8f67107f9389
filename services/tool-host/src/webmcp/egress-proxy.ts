import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type LookupFunction, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { SwitchyardError } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import { guardTarget, type FetchGuard } from '../builtin/fetch/guarded-target.js';

const HOST = '127.0.0.1';
/** Connections of one server's pages at once. */
const MAX_CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 15_000;
/** Refusals that are kept, so that a page that did not open can say why. */
const MAX_REFUSALS = 100;
/** RFC 9110, 7.6.1: what is between two neighbours, and the older names that browsers still send. */
const HOP_BY_HOP = ['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer', 'upgrade'];

/**
 * The only way from a server's pages to the network. Each connection is judged here, and made here to an address that was judged: a redirect,
 * a name that means another address a moment later, a socket of a script or a frame all come this way.
 */
export class EgressProxy {
  private readonly refusals = new Map<string, SwitchyardError>();
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    private readonly guard: FetchGuard,
    private readonly logger: Logger,
  ) {}

  static async start(guard: FetchGuard, logger: Logger): Promise<EgressProxy> {
    const server = createServer({ maxHeaderSize: 64 * 1_024 });
    const proxy = new EgressProxy(server, guard, logger);
    server.maxConnections = MAX_CONNECTIONS;
    const failed = (socket: Duplex) => (error: unknown) => {
      logger.warn({ err: error }, 'A connection of a page failed in an unforeseen way');
      socket.destroy();
    };
    server.on('request', (from, to) => void proxy.forward(from, to).catch(failed(from.socket)));
    server.on('connect', (from, socket, head) => void proxy.tunnel(from, socket, head).catch(failed(socket)));
    server.on('connection', (socket) => proxy.keep(socket));
    server.listen(0, HOST);
    await once(server, 'listening');
    return proxy;
  }

  /** As browsers are told of it. */
  get address(): string {
    return `http://${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Why the last connection to this host was refused, where it was. */
  refusalOf(url: URL): SwitchyardError | undefined {
    return this.refusals.get(url.hostname);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Plain HTTP: the request names the whole address. */
  private async forward(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const url = URL.canParse(from.url ?? '') ? new URL(from.url ?? '') : undefined;
    const lookup = url && (await this.judge(url));
    // Without an answer: one of ours could be taken for the page.
    if (!url || !lookup || url.protocol !== 'http:') return void from.socket.destroy();
    const upstream = request(url, {
      method: from.method,
      headers: withoutHops(from.headers),
      lookup,
      timeout: CONNECT_TIMEOUT_MS,
    });
    upstream.on('timeout', () => {
      // Of the connection alone: a page may wait for an answer as long as it likes.
      if (upstream.socket?.connecting) upstream.destroy();
    });
    upstream.on('response', (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer.headers));
      answer.on('error', () => to.destroy());
      answer.pipe(to);
    });
    upstream.on('error', () => from.socket.destroy());
    to.on('close', () => upstream.destroy());
    from.pipe(upstream);
  }

  /** Everything else: TLS, and sockets of scripts. Names host and port alone. */
  private async tunnel(from: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const target = `https://${from.url ?? ''}`;
    const url = URL.canParse(target) ? new URL(target) : undefined;
    const lookup = url && (await this.judge(url));
    if (!url || !lookup) return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    const upstream: Socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      lookup,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.keep(upstream);
    upstream.on('timeout', () => {
      if (upstream.connecting) upstream.destroy();
    });
    upstream.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  /** How to connect to it, or undefined where it is refused. */
  private async judge(url: URL): Promise<LookupFunction | undefined> {
    try {
      return await guardTarget(url, this.guard);
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error;
      if (this.refusals.size >= MAX_REFUSALS) this.refusals.clear();
      this.refusals.set(url.hostname, error);
      this.logger.debug({ host: url.host, reason: error.message }, 'A page may not connect there');
      return undefined;
    }
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
