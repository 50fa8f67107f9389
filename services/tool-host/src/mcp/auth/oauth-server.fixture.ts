import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { create, ToolServerSchema, type MessageInitShape, type ToolServer } from '@switchyard/contracts';

/** What this one says of itself that is not so. */
export interface Lies {
  /** Another issuer in its metadata. */
  issuer?: string;
  /** It protects another resource. */
  resource?: string;
  /** Another authorisation server than its own. */
  authorisationServer?: string;
  /** Another issuer in the address that the browser comes back with. */
  iss?: string;
  /** Never satisfied with a scope. */
  insatiable?: boolean;
}

interface Grant {
  scope: string;
  challenge?: string;
  resource?: string;
  client: string;
}

/** An MCP server and its authorisation server in one, as strict as the specification, or lying. Its tools want scopes of their names. */
export class OAuthFixture {
  readonly seen: { authorize: URLSearchParams[]; token: URLSearchParams[]; bearers: string[]; basic: string[] } = {
    authorize: [],
    token: [],
    bearers: [],
    basic: [],
  };
  readonly lies: Lies = {};
  /** A refresh token that was used is used again. */
  isReused = false;
  private readonly codes = new Map<string, Grant>();
  private readonly access = new Map<string, Grant>();
  private readonly refresh = new Map<string, Grant>();
  private readonly usedUp = new Set<string>();
  private readonly http: HttpServer;
  private readonly mcp = toNodeHandler(createMcpHandler(protectedServer));

  constructor() {
    this.http = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  get origin(): string {
    const address = this.http.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  async start(): Promise<this> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  server(name: string, init: MessageInitShape<typeof ToolServerSchema> = {}): ToolServer {
    return create(ToolServerSchema, { name, kind: 'mcp-http', url: `${this.origin}/mcp`, pool: 'default', ...init });
  }

  /** As after their time. */
  expireTokens(): void {
    this.access.clear();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        return void json({
          resource: this.lies.resource ?? `${this.origin}/mcp`,
          authorization_servers: [this.lies.authorisationServer ?? this.origin],
        });
      case '/.well-known/oauth-authorization-server':
        return void json({
          issuer: this.lies.issuer ?? this.origin,
          authorization_endpoint: `${this.origin}/authorize`,
          token_endpoint: `${this.origin}/token`,
          registration_endpoint: `${this.origin}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
          token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/register': {
        const metadata = JSON.parse(await bodyOf(request)) as object;
        return void json({ ...metadata, client_id: `client-${randomUUID()}` }, 201);
      }
      case '/authorize':
        return this.authorize(url.searchParams, response);
      case '/token':
        return void json(
          ...this.token(new URLSearchParams(await bodyOf(request)), request.headers.authorization ?? ''),
        );
      case '/mcp':
        return this.guarded(request, response);
      default:
        return void json({}, 404);
    }
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    this.seen.authorize.push(query);
    const code = `code-${randomUUID()}`;
    this.codes.set(code, {
      scope: query.get('scope') ?? '',
      challenge: query.get('code_challenge') ?? '',
      resource: query.get('resource') ?? '',
      client: query.get('client_id') ?? '',
    });
    const back = new URL(query.get('redirect_uri') ?? '');
    const parameters = { code, state: query.get('state') ?? '', iss: this.lies.iss ?? this.origin, extra: 'ignored' };
    for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value);
    response.writeHead(302, { location: back.href }).end();
  }

  private token(body: URLSearchParams, authorization: string): [object, number?] {
    this.seen.token.push(body);
    switch (body.get('grant_type')) {
      case 'authorization_code': {
        const grant = this.codes.get(body.get('code') ?? '');
        this.codes.delete(body.get('code') ?? '');
        const proof = createHash('sha256')
          .update(body.get('code_verifier') ?? '')
          .digest('base64url');
        if (!grant || grant.challenge !== proof || body.get('resource') !== grant.resource)
          return [{ error: 'invalid_grant' }, 400];
        return [this.issue(grant)];
      }
      case 'refresh_token': {
        const token = body.get('refresh_token') ?? '';
        const grant = this.refresh.get(token);
        this.isReused ||= this.usedUp.has(token);
        if (!grant) return [{ error: 'invalid_grant' }, 400];
        this.refresh.delete(token);
        this.usedUp.add(token);
        return [this.issue(grant)];
      }
      case 'client_credentials':
        this.seen.basic.push(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString());
        return [this.issue({ scope: body.get('scope') ?? '', client: 'own' })];
      default:
        return [{ error: 'unsupported_grant_type' }, 400];
    }
  }

  private issue(grant: Grant): object {
    const tokens = { access_token: `access-${randomUUID()}`, refresh_token: `refresh-${randomUUID()}` };
    this.access.set(tokens.access_token, grant);
    this.refresh.set(tokens.refresh_token, grant);
    return { ...tokens, token_type: 'Bearer', expires_in: 3_600, scope: grant.scope };
  }

  private async guarded(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (bearer !== '') this.seen.bearers.push(bearer);
    const grant = this.access.get(bearer);
    const metadata = `resource_metadata="${this.origin}/.well-known/oauth-protected-resource/mcp"`;
    if (!grant) return void response.writeHead(401, { 'www-authenticate': `Bearer ${metadata}, scope="basic"` }).end();
    const tool = String(request.headers['mcp-name'] ?? '');
    const wanted = tool === 'admin' ? 'admin' : 'basic';
    if (!grant.scope.split(' ').includes(wanted) || (this.lies.insatiable && tool === 'admin'))
      return void response
        .writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${wanted}", ${metadata}` })
        .end();
    await this.mcp(Object.assign(request, { method: request.method ?? '', url: request.url ?? '' }), response);
  }
}

function protectedServer(): Server {
  const server = new Server({ name: 'protected', version: '1.0.0' }, { capabilities: { tools: {} } });
  const tool = (name: string) => ({
    name,
    inputSchema: { type: 'object' as const, properties: {} },
    annotations: { idempotentHint: true },
  });
  server.setRequestHandler('tools/list', () => ({ tools: [tool('who'), tool('admin')] }));
  server.setRequestHandler('tools/call', ({ params }) => ({ content: [{ type: 'text', text: `did ${params.name}` }] }));
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
