import {
  createPrivateKeyJwtAuth,
  type AddClientAuthentication,
  type OAuthClientInformationContext,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { issuerChanged, loginRequired } from './oauth-failure.js';
import type { OAuthSettings } from './oauth-settings.js';
import type { OAuthState, PendingLogin } from './oauth-state.js';

/** One step of an authorisation, as the SDK asks for it, on the state that is in hand. */
export class OAuthProvider implements OAuthClientProvider {
  /** Where a person has to go, once the SDK has said it. */
  authorizationUrl: URL | undefined;
  readonly addClientAuthentication?: AddClientAuthentication;
  readonly clientMetadataUrl?: string;

  /** @param login absent where nobody is there who could follow an address: then there is none */
  constructor(
    private readonly settings: OAuthSettings,
    private readonly current: OAuthState,
    private readonly login?: PendingLogin,
  ) {
    if (login?.clientMetadataUrl !== undefined) this.clientMetadataUrl = login.clientMetadataUrl;
    const { clientId, privateKey, signingAlgorithm: alg } = settings;
    if (clientId !== undefined && privateKey !== undefined)
      this.addClientAuthentication = createPrivateKeyJwtAuth({ issuer: clientId, subject: clientId, privateKey, alg });
  }

  get redirectUrl(): string | undefined {
    if (this.settings.grant === 'client_credentials') return undefined;
    // Any will do where nothing is redirected to: the SDK takes its absence for a grant without a person.
    return this.login?.redirectUrl ?? 'http://127.0.0.1/';
  }

  get clientMetadata(): OAuthClientMetadata {
    const { grant, scope } = this.settings;
    const redirect = this.redirectUrl;
    return {
      ...clientMetadataOf(redirect === undefined ? [] : [redirect], grant),
      ...(scope === undefined ? {} : { scope }),
    };
  }

  state(): string {
    return this.login?.state ?? '';
  }

  /** @throws SwitchyardError `tool_server.issuer_changed` before the operator's client is shown to another issuer */
  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    const { clientId, clientSecret, server } = this.settings;
    const { boundIssuer, clients } = this.current;
    const issuer = context?.issuer;
    if (clientId === undefined) return issuer === undefined ? undefined : clients[issuer];
    if (boundIssuer !== undefined && issuer !== undefined && boundIssuer !== issuer)
      throw issuerChanged(server, boundIssuer, issuer);
    return {
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      // Of the first one that it is used with: `saveTokens` binds it.
      ...(issuer === undefined ? {} : { issuer: boundIssuer ?? issuer }),
    };
  }

  saveClientInformation(client: StoredOAuthClientInformation, context?: OAuthClientInformationContext): void {
    const issuer = context?.issuer ?? client.issuer;
    if (issuer === undefined) return;
    // The operator's own client stays where the operator keeps it.
    if (this.settings.clientId === undefined) this.current.clients[issuer] = client;
    else this.current.boundIssuer = issuer;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.current.tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    const scope = tokens.scope ?? this.unsaidScope(tokens);
    if (this.settings.clientId !== undefined && tokens.issuer !== undefined) this.current.boundIssuer ??= tokens.issuer;
    this.current.tokens = { ...tokens, ...(scope === undefined ? {} : { scope }) };
  }

  saveCodeVerifier(verifier: string): void {
    if (this.login) this.login.verifier = verifier;
  }

  codeVerifier(): string {
    return this.login?.verifier ?? '';
  }

  /** @throws SwitchyardError `tool_server.login_required` where nobody is there who could follow it */
  redirectToAuthorization(address: URL): void {
    if (!this.login) throw loginRequired(this.settings.server, this.current.challenge?.scope);
    this.authorizationUrl = address;
    const scope = address.searchParams.get('scope');
    if (scope !== null) this.login.scope = scope;
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    if (this.login) this.login.discovery = discovery;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.login?.discovery;
  }

  prepareTokenRequest(scope?: string): URLSearchParams | undefined {
    if (this.settings.grant !== 'client_credentials') return undefined;
    return new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) });
  }

  invalidateCredentials(what: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (what === 'all' || what === 'client') this.current.clients = {};
    if (what === 'all' || what === 'tokens') delete this.current.tokens;
    if ((what === 'all' || what === 'discovery') && this.login) delete this.login.discovery;
  }

  /** An answer that names no scope grants what was asked for (RFC 6749, 5.1), or what was granted before (6). */
  private unsaidScope({ issuer }: StoredOAuthTokens): string | undefined {
    if (this.login) return this.login.scope;
    const before = this.current.tokens;
    return before?.issuer === issuer ? before?.scope : undefined;
  }
}

/** Who Switchyard is to an authorisation server: RFC 7591, and the document behind a client id that is an address. */
export function clientMetadataOf(redirectUris: string[], grant = 'authorization_code'): OAuthClientMetadata {
  const byPerson = grant === 'authorization_code';
  return {
    client_name: 'Switchyard',
    redirect_uris: redirectUris,
    grant_types: byPerson ? ['authorization_code', 'refresh_token'] : [grant],
    ...(byPerson ? { response_types: ['code'] } : {}),
  };
}
