import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';

/** What is remembered of one server's authorisation; secret as a whole. */
export interface OAuthState {
  /** Where all this is valid: a server that was given another address is another one, and gets none of it. */
  serverUrl?: string;
  /** Registered clients by the issuer that knows them: no other is ever told. */
  clients: Record<string, StoredOAuthClientInformation>;
  tokens?: StoredOAuthTokens;
  /** The issuer that the operator's own client was first used with; no other is handed its secret. */
  boundIssuer?: string;
  /** What the server last asked for and did not get. */
  challenge?: OAuthChallenge;
  /** The login that a person has begun. */
  login?: PendingLogin;
  /** How often more was asked for since a call last succeeded. */
  stepUps: number;
}

export interface OAuthChallenge {
  /** With what was granted before, so that nothing is lost by asking again. */
  scope?: string;
  resourceMetadataUrl?: string;
}

export interface PendingLogin {
  /** Goes to the authorisation server and comes back; unguessable, and used once. */
  state: string;
  verifier: string;
  /** That was asked for; what is granted where the answer names none (RFC 6749, 5.1). */
  scope?: string;
  redirectUrl: string;
  clientMetadataUrl?: string;
  discovery?: OAuthDiscoveryState;
  /** RFC 3339. */
  startedAt: string;
}

export function emptyState(): OAuthState {
  return { clients: {}, stepUps: 0 };
}
