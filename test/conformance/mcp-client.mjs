// The program that the MCP conformance suite drives (https://github.com/modelcontextprotocol/conformance): the tool host's own
// client, from services/tool-host/dist. The address of the suite's server is the last argument; the suite says in
// MCP_CONFORMANCE_SCENARIO what it looks at, and in MCP_CONFORMANCE_CONTEXT what a scenario needs to be known.
// A person is played here: who logs in where the server wants it, and accepts what it asks.
import { setTimeout as sleep } from 'node:timers/promises';
import { create, ToolServerSchema } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { oauthSettingsOf } from '../../services/tool-host/dist/mcp/auth/oauth-settings.js';
import { MemoryOAuthStore } from '../../services/tool-host/dist/mcp/auth/oauth-store.js';
import { ServerOAuth } from '../../services/tool-host/dist/mcp/auth/server-oauth.js';
import { McpConnection } from '../../services/tool-host/dist/mcp/mcp-connection.js';
import { Egress } from '../../services/tool-host/dist/shared/egress.js';

/** Where nobody listens: the person reads the code off the address that the browser is sent to. */
const REDIRECT = 'http://127.0.0.1:7400/v1/oauth/callback';
/** What the suite takes for the client's metadata document. */
const CLIENT_METADATA = 'https://conformance-test.local/client-metadata.json';
/** A person who is sent to log in again and again gives up. */
const MAX_LOGINS = 4;
const CALL_MS = 20_000;
const LOOK_AGAIN_MS = 150;

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const environment = { CLIENT_SECRET: context.client_secret, PRIVATE_KEY: context.private_key_pem };

const server = create(ToolServerSchema, {
  name: 'conformance',
  kind: 'mcp-http',
  url,
  pool: 'default',
  ...(context.client_id ? { mcp: { oauth: oauthOf(context) } } : {}),
});
const store = new MemoryOAuthStore();
const egress = new Egress([]);
const logger = createLogger('conformance', { level: 'silent' });
const connection = new McpConnection(
  { server, version: '0.0.0', environment, egress, logger, onChange: () => undefined },
  store,
);
const oauth = new ServerOAuth(oauthSettingsOf(server, environment), store, egress);
let logins = 0;

try {
  await connected();
  for (const { name, args } of callsOf(connection.tools)) await called(name, args);
} catch (error) {
  console.error(`${error.code ?? error.name}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await connection.close();
}

function oauthOf({ client_id: clientId, private_key_pem: key, signing_algorithm: signingAlgorithm = '' }) {
  const grant = scenario.startsWith('auth/client-credentials') ? 'client_credentials' : '';
  const credential = key ? { privateKeyEnv: 'PRIVATE_KEY', signingAlgorithm } : { clientSecretEnv: 'CLIENT_SECRET' };
  return { grant, clientId, ...credential };
}

/** As the host keeps on trying, and a person logs in where that is what is missing. */
async function connected() {
  for (let attempts = 0; connection.status !== 'connected'; attempts++) {
    await connection.attempt();
    if (connection.status === 'connected') return;
    const { code, message } = connection.lastError ?? {};
    if (code === 'tool_server.login_required') await login();
    else if (attempts > 0) throw Object.assign(new Error(message), { code });
    await sleep(LOOK_AGAIN_MS);
  }
}

async function login() {
  if (++logins > MAX_LOGINS) throw new Error('The server wants a login again and again');
  const begun = await oauth.beginLogin({ redirectUrl: REDIRECT, clientMetadataUrl: CLIENT_METADATA });
  const answer = await fetch(begun.url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '', begun.url).searchParams;
  const given = Object.fromEntries(
    ['code', 'iss', 'error'].flatMap((key) => (back.has(key) ? [[key, back.get(key)]] : [])),
  );
  await oauth.finishLogin({ state: back.get('state') ?? '', ...given });
}

/** What the scenario says is to be called; otherwise every tool with as little as its schema allows. */
function callsOf(tools) {
  if (context.toolCalls) return context.toolCalls.map(({ name, arguments: args }) => ({ name, args }));
  return tools.map(({ name, inputSchema }) => ({ name, args: leastOf(inputSchema, tools) }));
}

function leastOf({ properties = {}, required = [] }, [{ inputSchema }]) {
  // One scenario wants to be shown the schema of its first tool as it arrived.
  return Object.fromEntries(
    required.map((name) => [name, name === 'schema' ? inputSchema : valueOf(properties[name])]),
  );
}

function valueOf({ type = 'string', enum: choices } = {}) {
  if (choices) return choices[0];
  return { number: 2, integer: 2, boolean: true, array: [], object: {} }[type] ?? 'text';
}

async function called(name, args) {
  for (;;) {
    const tool = connection.tools.find((offered) => offered.name === name);
    if (!tool) throw new Error(`There is no tool ${name}`);
    try {
      return await tool.call(args, optionsOf(name));
    } catch (error) {
      if (error.code !== 'tool_server.login_required') throw error;
      await login();
    }
  }
}

function optionsOf(name) {
  return {
    tenant: 'default',
    callId: `call_${name}`,
    signal: AbortSignal.timeout(CALL_MS),
    timeoutMs: CALL_MS,
    repeatable: false,
    input: {
      answered: [],
      // What has a default is left to it.
      ask: ({ questions }) => Promise.resolve(questions.map(({ id }) => ({ id, action: 'accept', content: {} }))),
    },
  };
}
