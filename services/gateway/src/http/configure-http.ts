import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SwitchyardError } from '@switchyard/contracts';
import type { ListenAddress, ServiceContext } from '@switchyard/service';
import {
  asService,
  context,
  currentTraceId,
  extractTrace,
  metrics,
  SpanKind,
  SWITCHYARD,
  withSpan,
  type Context,
} from '@switchyard/telemetry';
import { Authenticator } from '../auth/authenticator.service.js';
import { closeIdleConnectionsOnStop } from './close-connections.js';
import { hostGuard } from './host-guard.js';
import { requestState, setRequestState } from './request-state.js';
import { specOf, type RouteSpec } from './route.js';
import { answerOnceSent } from './unread-body.js';

/** For every answer; the documentation's page has a wider policy of its own. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What happens to every request before its handler: headers, its span, its key, its body's limit. */
export async function configureHttp(
  app: NestFastifyApplication,
  { config, bus }: ServiceContext,
): Promise<ListenAddress> {
  const fastify = app.getHttpAdapter().getInstance();
  closeIdleConnectionsOnStop(app);
  answerOnceSent(app);
  fastify.removeAllContentTypeParsers();
  // The handler's row says how a body is read: here it is only taken, up to the limit.
  app.useBodyParser('*', { bodyLimit: config.gateway.maxBodyBytes }, (_request, body, done) => done(null, body));
  // What may be of any size is given on as it comes; its row says that it reads a stream.
  fastify.addContentTypeParser('application/gzip', (_request, body, done) => done(null, body));
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    // The skeleton's own routes (health, metrics) are asked all the time and say nothing of anybody's work.
    if (!specOf(request) && !request.is404) done();
    else asService(bus.name, () => beginSpan(request, reply, done), traceOf(request));
  });
  const checkHost = hostGuard(config.gateway.host, config.gateway.hosts);
  fastify.addHook('onRequest', (request, _reply, done) => {
    checkHost(request.hostname);
    done();
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    checkEncoding(request.headers['content-encoding']);
    done();
  });
  // Before the body is read: who may not ask does not get to send megabytes.
  fastify.addHook('onRequest', async (request) => {
    const spec = specOf(request);
    if (request.is404 || !spec || spec.access === 'public') return;
    await admit(app.get(Authenticator), request, spec.access);
    if (spec.ofPlatform) requireTenant(request, config.tenant);
  });
  // Reading a body leaves the asynchronous context of the hooks before.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const state = requestState(request.raw);
    if (state) context.with(state.context, done);
    else done();
  });
  return { host: config.gateway.host, port: config.gateway.port };
}

/** Unpacked, a small body could be a huge one; what is sent is what is read. */
function checkEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new SwitchyardError(
    'http.unsupported_media_type',
    `The body is encoded as "${encoding.slice(0, 64)}". Send it as it is, without Content-Encoding.`,
  );
}

function beginSpan(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const route = specOf(request)?.path ?? '(unknown)';
  const started = performance.now();
  const attributes = {
    'http.request.method': request.method,
    'http.route': route,
    'url.path': request.url.split('?', 1)[0] ?? '',
  };
  void withSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, async (span) => {
    const traceId = currentTraceId();
    setRequestState(request.raw, { context: context.active(), traceId });
    if (traceId) reply.header('x-trace-id', traceId);
    const closed = new Promise<void>((resolve) => reply.raw.once('close', resolve));
    done();
    await closed;
    const status = reply.raw.statusCode;
    span.setAttribute('http.response.status_code', status);
    const tenant = requestState(request.raw)?.identity?.tenant;
    if (tenant) span.setAttribute(SWITCHYARD.tenant, tenant);
    count(request.method, route, status, (performance.now() - started) / 1_000);
  });
}

/** The trace that the client is in, if it says so. */
function traceOf(request: FastifyRequest): Context {
  return extractTrace((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  });
}

function count(method: string, route: string, status: number, seconds: number): void {
  const labels = { method, route, status: String(status) };
  metrics.counter('switchyard_gateway_requests_total', 'HTTP requests.', ['method', 'route', 'status']).inc(labels);
  metrics
    .histogram('switchyard_gateway_request_seconds', 'Until the answer was sent; for streams, until they ended.', [
      'method',
      'route',
      'status',
    ])
    .observe(labels, seconds);
}

/** Tools, backends and what failed are one for all tenants: changing them for others, or reading others' tasks, is no tenant's to do. */
function requireTenant(request: FastifyRequest, tenant: string): void {
  if (requestState(request.raw)?.identity?.tenant === tenant) return;
  throw new SwitchyardError(
    'key.scope',
    'This concerns the whole platform: it needs a key of the platform\'s own tenant, with scope "admin".',
  );
}

async function admit(
  authenticator: Authenticator,
  request: FastifyRequest,
  needed: Exclude<RouteSpec['access'], 'public'>,
): Promise<void> {
  const state = requestState(request.raw);
  if (!state) throw new Error('A request came to its key before its span');
  const apiKey = request.headers['x-api-key'];
  const credentials = {
    authorization: request.headers.authorization,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    address: request.ip,
  };
  state.identity = await context.with(state.context, () => authenticator.admit(credentials, needed));
}
