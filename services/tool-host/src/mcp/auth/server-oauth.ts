import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  auth,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  isStrictScopeSuperset,
  type AuthProvider,
  type InsufficientScopeError,
} from '@modelcontextprotocol/client';
import type { Redactor } from '../../secrets/redactor.js';
import type { Egress } from '../../shared/egress.js';
import { authorisationFailed, loginRequired, scopeRefused, unknownLogin } from './oauth-failure.js';
import { oauthFetch } from './oauth-fetch.js';
import { OAuthProvider } from './oauth-provider.js';
import type { OAuthSettings } from './oauth-settings.js';
import { emptyState, type OAuthChallenge, type OAuthState, type PendingLogin } from './oauth-state.js';
import type { OAuthStore } from './oauth-store.js';

/** A person who takes longer begins again. */
const LOGIN_MS = 15 * 60_000;
/** Requests that were under way with the token before are refused as late as this. */
const FRESH_MS = 2_000;
/** How often a server may ask for more between two calls that succeed. Source: MCP 2026-07-28, authorization, "Step-Up": a few. */
const MAX_STEP_UPS = 3;

export interface LoginBegin {
  /** Where the authorisation server sends the browser back to. */
  redirectUrl: string;
  /** An https address of the client's metadata document, where there is one. */
  clientMetadataUrl?: string;
}

export interface LoginEnd {
  state: string;
  code?: string;
  /** RFC 9207. */
  iss?: string;
  /** The authorisation server's own word for a refusal. */
  error?: string;
}

/**
 * How one server is authorised at: with what is remembered of it, by itself where that is possible, and by a person's login
 * otherwise. Never begins a login by itself.
 */
export class ServerOAuth {
  #token: string | undefined;
  #isRead = false;
  #stepUps = 0;
  #renewedAt = 0;

  constructor(
    private readonly settings: OAuthSettings,
    private readonly store: OAuthStore,
    private readonly egress: Egress,
    private readonly now: () => Date = () => new Date(),
    /** Is told the tokens. */
    private readonly redactor?: Redactor,
  ) {}

  /** For the transport: the token, and another one where the server refuses it. */
  readonly provider: AuthProvider = {
    token: () => this.token(),
    onUnauthorized: async ({ response }) => {
      const { scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
      await this.renew({
        ...(scope === undefined ? {} : { scope }),
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: resourceMetadataUrl.href }),
      });
    },
  };

  /**
   * The server wants more than was granted. Without a person only a client of its own can ask for more.
   *
   * @throws SwitchyardError `tool_server.login_required`, `tool_server.scope_refused`
   */
  async stepUp({ requiredScope, resourceMetadataUrl }: InsufficientScopeError): Promise<void> {
    const refused = this.#token;
    await this.change(async (state) => {
      // Somebody has logged in meanwhile.
      if (state.tokens && state.tokens.access_token !== refused) return;
      const scope = computeScopeUnion(state.tokens?.scope ?? state.challenge?.scope, requiredScope);
      const isMore = isStrictScopeSuperset(scope, state.tokens?.scope);
      if (!isMore || state.stepUps >= MAX_STEP_UPS) throw scopeRefused(this.settings.server, requiredScope);
      state.stepUps += 1;
      state.challenge = challengeOf(scope, resourceMetadataUrl?.href);
      if (this.settings.grant !== 'client_credentials') throw loginRequired(this.settings.server, scope);
      await this.authorise(state);
    });
  }

  /** A call has succeeded: what was granted is enough. */
  async succeeded(): Promise<void> {
    if (this.#stepUps === 0) return;
    await this.change((state) => {
      state.stepUps = 0;
      return Promise.resolve();
    });
  }

  /**
   * Begins a login; one that was begun before is forgotten.
   *
   * @returns where a person has to go
   * @throws SwitchyardError `tool_server.authorisation_failed`, `tool_server.issuer_changed`, `secrets.…`
   */
  async beginLogin({ redirectUrl, clientMetadataUrl }: LoginBegin): Promise<{ url: string; state: string }> {
    return this.change(async (state) => {
      const login: PendingLogin = {
        state: `${this.settings.server}.${randomBytes(32).toString('base64url')}`,
        verifier: '',
        redirectUrl,
        ...(clientMetadataUrl === undefined ? {} : { clientMetadataUrl }),
        startedAt: this.now().toISOString(),
      };
      const provider = new OAuthProvider(this.settings, state, login);
      await this.run(provider, state.challenge, { forceReauthorization: true });
      if (!provider.authorizationUrl)
        throw authorisationFailed(this.settings.server, 'it gave no address to log in at');
      state.login = login;
      return { url: provider.authorizationUrl.href, state: login.state };
    });
  }

  /**
   * Ends the login that was begun, with what came back from the browser.
   *
   * @throws SwitchyardError `tool_server.unknown_login`, `tool_server.authorisation_failed`
   */
  async finishLogin({ state: given, code, iss, error }: LoginEnd): Promise<void> {
    await this.change(async (state) => {
      const { login } = state;
      if (!login || !isSame(login.state, given)) throw unknownLogin();
      // Used up, whatever comes of it.
      delete state.login;
      if (this.now().getTime() - Date.parse(login.startedAt) > LOGIN_MS) throw unknownLogin();
      if (code === undefined) throw authorisationFailed(this.settings.server, `it was refused (${error ?? 'no code'})`);
      const provider = new OAuthProvider(this.settings, state, login);
      await this.run(provider, state.challenge, { authorizationCode: code, ...(iss === undefined ? {} : { iss }) });
      delete state.challenge;
    });
  }

  /** Forgets tokens and clients. */
  async logout(): Promise<void> {
    await this.change((state) => {
      forget(state);
      return Promise.resolve();
    });
  }

  private async token(): Promise<string | undefined> {
    if (!this.#isRead) {
      const state = await this.store.read(this.settings.server);
      this.seen(this.isOfServer(state) ? state : emptyState());
    }
    return this.#token;
  }

  /** @throws SwitchyardError `tool_server.login_required` */
  private async renew(challenge: OAuthChallenge): Promise<void> {
    const refused = this.#token;
    await this.change(async (state) => {
      // Renewed meanwhile, by another host, or here for a request that was refused just before this one.
      if (state.tokens && (state.tokens.access_token !== refused || this.isFresh())) return;
      const scope = computeScopeUnion(state.tokens?.scope, challenge.scope);
      state.challenge = { ...challenge, ...(scope === undefined ? {} : { scope }) };
      if (this.settings.grant !== 'client_credentials' && state.tokens?.refresh_token === undefined)
        throw loginRequired(this.settings.server, challenge.scope);
      await this.authorise(state);
      this.#renewedAt = this.now().getTime();
    });
  }

  private isFresh(): boolean {
    return this.now().getTime() - this.#renewedAt < FRESH_MS;
  }

  private async authorise(state: OAuthState): Promise<void> {
    await this.run(new OAuthProvider(this.settings, state), state.challenge);
    delete state.challenge;
  }

  private async run(
    provider: OAuthProvider,
    challenge: OAuthChallenge = {},
    options: { authorizationCode?: string; iss?: string; forceReauthorization?: boolean } = {},
  ): Promise<void> {
    const { scope, resourceMetadataUrl } = challenge;
    const { serverUrl, server } = this.settings;
    try {
      await auth(provider, {
        serverUrl,
        fetchFn: oauthFetch(serverUrl, this.egress),
        ...(scope === undefined ? {} : { scope }),
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: new URL(resourceMetadataUrl) }),
        ...options,
      });
    } catch (error) {
      throw authorisationFailed(server, error);
    }
  }

  private async change<T>(change: (state: OAuthState) => Promise<T>): Promise<T> {
    return this.store.change(this.settings.server, async (state) => {
      if (!this.isOfServer(state)) forget(state);
      state.serverUrl = this.settings.serverUrl;
      try {
        return await change(state);
      } finally {
        this.seen(state);
      }
    });
  }

  private isOfServer(state: OAuthState): boolean {
    return state.serverUrl === undefined || state.serverUrl === this.settings.serverUrl;
  }

  private seen({ tokens, stepUps }: OAuthState): void {
    for (const token of [tokens?.access_token, tokens?.refresh_token])
      if (token !== undefined) this.redactor?.addPassing('access token', token);
    this.#token = tokens?.access_token;
    this.#stepUps = stepUps;
    this.#isRead = true;
  }
}

/** The name of the server that a login belongs to, which its `state` begins with. */
export function serverOfLogin(state: string): string {
  const end = state.lastIndexOf('.');
  if (end < 1) throw unknownLogin();
  return state.slice(0, end);
}

function forget(state: OAuthState): void {
  delete state.tokens;
  delete state.boundIssuer;
  delete state.challenge;
  delete state.login;
  Object.assign(state, emptyState());
}

function challengeOf(scope: string | undefined, resourceMetadataUrl: string | undefined): OAuthChallenge {
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
  };
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
