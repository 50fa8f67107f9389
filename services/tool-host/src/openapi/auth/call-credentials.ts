import type { OpenApiCredential, ToolServer } from '@switchyard/contracts';
import type { Environment } from '../../servers/server-connection.js';
import { invalidServer } from '../../servers/server-failure.js';
import type { Redactor } from '../../secrets/redactor.js';
import { headersFor, variableFor } from '../../servers/server-variables.js';
import type { Operation, SecurityNeed, SecurityScheme } from '../operation.js';
import { encodeStrict, type EncodedPair } from '../request/write-value.js';
import type { ClientCredentials, ClientGrant } from './client-credentials.js';

/** What goes with a request to show who asks. */
export interface CallCredentials {
  headers: Record<string, string>;
  query: EncodedPair[];
  /** Encoded. */
  cookies: string[];
  /** What its tokens were had for; forgotten where they are not taken. */
  grants: ClientGrant[];
}

export interface CredentialSources {
  server: ToolServer;
  environment: Environment;
  tokens: ClientCredentials;
  /** Is told the tokens. */
  redactor?: Redactor;
  schemes: Readonly<Record<string, SecurityScheme>>;
  /** Where the document is; '' where it was given. */
  documentUrl: string;
}

/**
 * The credentials of a call, read at the moment at which they are needed.
 *
 * @throws SwitchyardError `tool_server.env_missing`, `tool_server.invalid`, `tool.unauthorized`
 */
export async function credentialsFor(
  operation: Operation,
  sources: CredentialSources,
  tenant: string,
): Promise<CallCredentials> {
  const { server, environment } = sources;
  const own = Object.entries(headersFor(server, environment, tenant)).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const result: CallCredentials = {
    headers: Object.fromEntries(own),
    query: [],
    cookies: [],
    grants: [],
  };
  for (const need of operation.security) await add(need, operation, sources, tenant, result);
  return result;
}

async function add(
  need: SecurityNeed,
  operation: Operation,
  sources: CredentialSources,
  tenant: string,
  result: CallCredentials,
): Promise<void> {
  const { server, environment, schemes, tokens, redactor } = sources;
  const scheme = schemes[need.scheme];
  const credential = server.openapi?.auth[need.scheme];
  // Both are there: operations without either were found unusable when the document was read.
  if (!scheme || !credential) return;
  const read = (name: string) => variableFor(server, name, environment, tenant);
  if (scheme.kind === 'basic') {
    const [id, secret] = pairOf(server, need.scheme, credential, read);
    const encoded = Buffer.from(`${id}:${secret}`).toString('base64');
    result.headers['authorization'] = `Basic ${encoded}`;
  } else if (scheme.kind === 'apiKey') {
    const key = read(keyOf(server, need.scheme, credential));
    if (scheme.place === 'header') result.headers[scheme.name.toLowerCase()] = key;
    if (scheme.place === 'query') result.query.push([encodeStrict(scheme.name), encodeStrict(key)]);
    if (scheme.place === 'cookie') result.cookies.push(`${scheme.name}=${encodeStrict(key)}`);
  } else if (scheme.kind === 'oauth2' && credential.idEnv !== '') {
    const [clientId, clientSecret] = pairOf(server, need.scheme, credential, read);
    const tokenUrl = tokenUrlOf(need.scheme, credential, scheme.tokenUrl, operation, sources);
    const scopes = credential.scopes.length > 0 ? credential.scopes : need.scopes;
    const grant = { tokenUrl, clientId, clientSecret, scopes };
    const token = await tokens.token(grant);
    result.headers['authorization'] = `Bearer ${token}`;
    result.grants.push(grant);
    redactor?.addPassing('access token', token);
  } else {
    const token = read(keyOf(server, need.scheme, credential));
    result.headers['authorization'] = `Bearer ${token}`;
  }
}

/** A token server that only the document names gets the client's secret where it is the API's own, or the document's. */
function tokenUrlOf(
  name: string,
  credential: OpenApiCredential,
  offered: string | undefined,
  operation: Operation,
  { server, documentUrl }: CredentialSources,
): string {
  if (credential.tokenUrl !== '') return credential.tokenUrl;
  if (offered === undefined || !URL.canParse(offered, operation.baseUrl))
    throw invalidServer(server.name, `"auth" has no token_url for "${name}", and the document has none either`);
  const url = new URL(offered, operation.baseUrl);
  const trusted = [operation.baseUrl, documentUrl].filter((each) => each !== '').map((each) => new URL(each).origin);
  if (trusted.includes(url.origin)) return url.href;
  throw invalidServer(
    server.name,
    `the document says that tokens for "${name}" are had at ${url.origin.slice(0, 200)}, which is another place than the API; name it as token_url under "auth" if that is so`,
  );
}

function keyOf(server: ToolServer, name: string, { env }: OpenApiCredential): string {
  if (env !== '') return env;
  throw invalidServer(server.name, `"auth" has no env for "${name}", which holds the key or the token`);
}

function pairOf(
  server: ToolServer,
  name: string,
  { idEnv, secretEnv }: OpenApiCredential,
  read: (name: string) => string,
): [id: string, secret: string] {
  if (idEnv !== '' && secretEnv !== '') return [read(idEnv), read(secretEnv)];
  throw invalidServer(server.name, `"auth" has no id_env and secret_env for "${name}"`);
}
