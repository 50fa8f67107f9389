import type { ToolServer } from '@switchyard/contracts';
import { checkVariable } from '../../servers/check-tool-server.js';
import { invalidServer } from '../../servers/server-failure.js';

const GRANTS = ['', 'authorization_code', 'client_credentials'];
/** Those that both servers and this one can sign with. RFC 7518, 3.1. */
const ALGORITHMS = ['', 'ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'];
/** RFC 6749, 3.3: scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
const MAX_SCOPES = 64;

/** @throws SwitchyardError `tool_server.invalid` */
export function checkOAuth(server: ToolServer): void {
  const oauth = server.mcp?.oauth;
  if (!oauth) return;
  const invalid = (why: string) => invalidServer(server.name, why);
  if (server.kind !== 'mcp-http') throw invalid('only servers over HTTP are authorised at');
  if (!GRANTS.includes(oauth.grant))
    throw invalid(`the grant "${oauth.grant.slice(0, 64)}" is none of ${GRANTS.slice(1).join(', ')}`);
  if (!ALGORITHMS.includes(oauth.signingAlgorithm))
    throw invalid(
      `the signing algorithm "${oauth.signingAlgorithm.slice(0, 64)}" is none of ${ALGORITHMS.slice(1).join(', ')}`,
    );
  if (
    oauth.grant === 'client_credentials' &&
    (oauth.clientId === '' || (oauth.clientSecretEnv === '' && oauth.privateKeyEnv === ''))
  )
    throw invalid('the grant client_credentials needs client_id and one of client_secret_env and private_key_env');
  for (const name of [oauth.clientSecretEnv, oauth.privateKeyEnv]) if (name !== '') checkVariable(server, name);
  if (oauth.scopes.length > MAX_SCOPES || !oauth.scopes.every((scope) => SCOPE.test(scope)))
    throw invalid(`its scopes are more than ${MAX_SCOPES}, or one of them is none`);
}
