import type { ToolServer } from '@switchyard/contracts';
import type { Environment } from '../../servers/server-connection.js';
import { variableFor } from '../../servers/server-variables.js';

export type Grant = 'authorization_code' | 'client_credentials';

/** How a server's definition says that it is authorised at. */
export interface OAuthSettings {
  server: string;
  serverUrl: string;
  grant: Grant;
  /** Of a client that the operator has registered himself. */
  clientId?: string;
  clientSecret?: string;
  /** PKCS#8 in PEM: the client signs instead of sending a secret (RFC 7523). */
  privateKey?: string;
  signingAlgorithm: string;
  /** Asked for where the server says nothing. */
  scope?: string;
}

export const DEFAULT_SIGNING_ALGORITHM = 'ES256';

/** @throws SwitchyardError `tool_server.env_missing` */
export function oauthSettingsOf(server: ToolServer, environment: Environment): OAuthSettings {
  const { clientId, clientSecretEnv, privateKeyEnv, signingAlgorithm, scopes, grant } = server.mcp?.oauth ?? {};
  return {
    server: server.name,
    serverUrl: server.url,
    grant: grant === 'client_credentials' ? grant : 'authorization_code',
    ...(clientId ? { clientId } : {}),
    ...(clientSecretEnv ? { clientSecret: variableFor(server, clientSecretEnv, environment) } : {}),
    ...(privateKeyEnv ? { privateKey: variableFor(server, privateKeyEnv, environment) } : {}),
    signingAlgorithm: signingAlgorithm || DEFAULT_SIGNING_ALGORITHM,
    ...(scopes && scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
  };
}
