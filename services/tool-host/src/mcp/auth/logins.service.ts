import { Inject, Injectable } from '@nestjs/common';
import { Bus, type RpcServer, type Listening } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  BeginLoginRequestSchema,
  EmptySchema,
  FinishedLoginSchema,
  FinishLoginRequestSchema,
  LoginSchema,
  SwitchyardError,
  ToolServerQuerySchema,
  type BeginLoginRequest,
  type FinishLoginRequest,
  type MessageInitShape,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { valuesFor } from '../../servers/server-values.js';
import { ToolServerPool, type KnownServer } from '../../servers/tool-server-pool.service.js';
import type { Redactor } from '../../secrets/redactor.js';
import { Secrets } from '../../secrets/secrets.service.js';
import { Egress } from '../../shared/egress.js';
import { oauthSettingsOf } from './oauth-settings.js';
import { SealedOAuthStore } from './sealed-oauth-store.repository.js';
import { ServerOAuth, serverOfLogin } from './server-oauth.js';

/** For metadata of two servers, and a token. */
const ASKING = { timeoutMs: 50_000 };

/**
 * Logins of people at servers. A host of the server's pool does it, which may connect there and has what the server is given; what it
 * comes to is in Postgres, where all hosts of the pool find it.
 */
@Injectable()
export class Logins {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
    @Inject(SealedOAuthStore) private readonly store: SealedOAuthStore,
    @Inject(Secrets) private readonly secrets: Secrets,
  ) {}

  /** Hears what other pools' hosts are asked of servers of this one. */
  listen(rpc: RpcServer): Listening[] {
    const { pool } = this.config.toolHost;
    return [
      rpc.serve(this.subject('begin', pool), BeginLoginRequestSchema, LoginSchema, (request) => this.begin(request)),
      rpc.serve(this.subject('finish', pool), FinishLoginRequestSchema, FinishedLoginSchema, (request) =>
        this.finish(request),
      ),
      rpc.serve(this.subject('logout', pool), ToolServerQuerySchema, EmptySchema, ({ name }) => this.logout(name)),
    ];
  }

  /** @throws SwitchyardError `tool_server.not_found`, `tool_server.no_login`, and those of `ServerOAuth.beginLogin` */
  async begin(request: BeginLoginRequest): Promise<MessageInitShape<typeof LoginSchema>> {
    const { name, redirectUrl, clientMetadataUrl } = request;
    const known = await this.find(name);
    if (this.isElsewhere(known))
      return this.bus.request(
        this.subject('begin', known.row.pool),
        BeginLoginRequestSchema,
        LoginSchema,
        request,
        ASKING,
      );
    const { oauth, grant, redactor } = await this.oauthOf(known);
    if (grant === 'client_credentials') throw noLogin(name, 'its client is authorised without a person');
    const beginning = oauth.beginLogin({ redirectUrl, ...(clientMetadataUrl ? { clientMetadataUrl } : {}) });
    const { url } = await withoutSecrets(beginning, redactor);
    return { url };
  }

  /** @throws SwitchyardError `tool_server.unknown_login`, `tool_server.authorisation_failed` */
  async finish(request: FinishLoginRequest): Promise<MessageInitShape<typeof FinishedLoginSchema>> {
    const { state, code, iss, error } = request;
    const name = serverOfLogin(state);
    const known = await this.find(name);
    if (this.isElsewhere(known))
      return this.bus.request(
        this.subject('finish', known.row.pool),
        FinishLoginRequestSchema,
        FinishedLoginSchema,
        request,
        ASKING,
      );
    const { oauth, redactor } = await this.oauthOf(known);
    const finishing = oauth.finishLogin({
      state,
      ...(code ? { code } : {}),
      ...(iss ? { iss } : {}),
      ...(error ? { error } : {}),
    });
    await withoutSecrets(finishing, redactor);
    // Calls that are under way go on where it is connected: the next one that is refused finds the new token.
    if (known.connection?.status !== 'connected') await this.servers.renew(name);
    return { name };
  }

  /** @throws SwitchyardError `tool_server.not_found`, `tool_server.no_login` */
  async logout(name: string): Promise<MessageInitShape<typeof EmptySchema>> {
    const known = await this.find(name);
    if (this.isElsewhere(known))
      return this.bus.request(
        this.subject('logout', known.row.pool),
        ToolServerQuerySchema,
        EmptySchema,
        { name },
        ASKING,
      );
    await (await this.oauthOf(known)).oauth.logout();
    await this.servers.renew(name);
    return {};
  }

  private subject(what: string, pool: string): string {
    return this.bus.subjects.rpc(`tool-login-${what}`, pool);
  }

  private isElsewhere({ row }: KnownServer): boolean {
    return row.pool !== this.config.toolHost.pool;
  }

  private async find(name: string): Promise<KnownServer> {
    await this.servers.reconcile();
    await this.servers.settled();
    const known = this.servers.servers().find(({ row }) => row.name === name);
    if (known) return known;
    throw new SwitchyardError('tool_server.not_found', `There is no tool server "${name.slice(0, 64)}".`, {
      details: { name: name.slice(0, 64) },
    });
  }

  private async oauthOf({ row: { name, definition } }: KnownServer): Promise<LoginParts> {
    if (definition.kind !== 'mcp-http') throw noLogin(name, 'only MCP servers over HTTP have one');
    const { environment, redactor } = await valuesFor(definition, process.env, this.secrets);
    const settings = oauthSettingsOf(definition, environment);
    const egress = new Egress(this.config.toolHost.egress);
    return {
      oauth: new ServerOAuth(settings, this.store, egress, undefined, redactor),
      grant: settings.grant,
      redactor,
    };
  }
}

interface LoginParts {
  oauth: ServerOAuth;
  grant: string;
  redactor: Redactor;
}

/** What an authorisation server says of a failure may be what it was sent. */
async function withoutSecrets<T>(work: Promise<T>, redactor: Redactor): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw redactor.error(error);
  }
}

function noLogin(name: string, why: string): SwitchyardError {
  return new SwitchyardError('tool_server.no_login', `There is no login at the tool server "${name}": ${why}.`, {
    details: { name },
  });
}
