import type { OpenApiCredential, ToolServer } from '@switchyard/contracts';
import { checkHttpUrl, checkVariable } from '../servers/check-tool-server.js';
import { invalidServer } from '../servers/server-failure.js';
import { parseFieldPath } from './answer/field-paths.js';
import { parsePattern } from './operation-filter.js';

/** A document in a definition is carried and stored with it; a larger one is read from its address. */
const MAX_DOCUMENT_BYTES = 1_048_576;
const MAX_ENTRIES = 200;
const MAX_ENTRY_LENGTH = 500;
const MIN_REFRESH_S = 5;
const MAX_REFRESH_S = 7 * 86_400;

/** @throws SwitchyardError `tool_server.invalid` */
export function checkSettings(server: ToolServer): void {
  const invalid = (why: string) => invalidServer(server.name, why);
  const settings = server.openapi;
  const document = settings?.document ?? '';
  if ((server.url === '') === (document === ''))
    throw invalid(
      'it has to have the url of its document, or the document itself under openapi.document, and not both',
    );
  if (server.url !== '') checkHttpUrl(server);
  if (!settings) return;
  const bytes = Buffer.byteLength(document);
  if (bytes > MAX_DOCUMENT_BYTES)
    throw invalid(
      `its document has ${bytes} bytes, and one in a definition has at most ${MAX_DOCUMENT_BYTES}; give its url`,
    );
  if (settings.baseUrl !== '') {
    checkHttpUrl(server, settings.baseUrl);
    if (/[?#]/.test(settings.baseUrl)) throw invalid('its base_url has a query');
  }
  const { refreshSeconds } = settings;
  if (refreshSeconds !== 0 && (refreshSeconds < MIN_REFRESH_S || refreshSeconds > MAX_REFRESH_S))
    throw invalid(`its refresh_seconds are not between ${MIN_REFRESH_S} and ${MAX_REFRESH_S}`);
  checkPatterns(server, settings.operations);
  for (const [scheme, credential] of Object.entries(settings.auth)) checkCredential(server, scheme, credential);
  if (settings.responses.length > MAX_ENTRIES) throw invalid(`it has more than ${MAX_ENTRIES} responses`);
  for (const { operations, keep, drop, next } of settings.responses) {
    checkPatterns(server, operations);
    checkLength(server, [...keep, ...drop, next]);
    const wrong = [...keep, ...drop, ...(next === '' ? [] : [next])].find((path) => !parseFieldPath(path));
    if (wrong !== undefined)
      throw invalid(`"${wrong}" is no path of a field; it is names with dots between them, "*" and "**"`);
  }
}

/** `host:port` of the addresses that the operator names himself. */
export function originsNamed({ url, openapi }: ToolServer): string[] {
  const tokenUrls = Object.values(openapi?.auth ?? {}).map(({ tokenUrl }) => tokenUrl);
  return [url, openapi?.baseUrl ?? '', ...tokenUrls]
    .filter((address) => address !== '')
    .map((address) => new URL(address))
    .map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
}

function checkPatterns(server: ToolServer, patterns: readonly string[]): void {
  checkLength(server, patterns);
  const wrong = patterns.find((pattern) => !parsePattern(pattern));
  if (wrong !== undefined)
    throw invalidServer(
      server.name,
      `"${wrong}" names no operations; write an operationId, "tag:pets", "GET", "/pets/**" or "GET /pets/*", each with "!" before it for what is left out`,
    );
}

function checkLength(server: ToolServer, entries: readonly string[]): void {
  if (entries.length > MAX_ENTRIES)
    throw invalidServer(server.name, `one of its lists has more than ${MAX_ENTRIES} entries`);
  if (entries.some((entry) => entry.length > MAX_ENTRY_LENGTH))
    throw invalidServer(server.name, `an entry of one of its lists is longer than ${MAX_ENTRY_LENGTH} characters`);
}

function checkCredential(server: ToolServer, scheme: string, credential: OpenApiCredential): void {
  const { env, idEnv, secretEnv, tokenUrl } = credential;
  const pair = idEnv !== '' && secretEnv !== '';
  if ((env !== '') === pair || (idEnv !== '') !== (secretEnv !== ''))
    throw invalidServer(server.name, `"auth" for "${scheme.slice(0, 64)}" names either env, or id_env and secret_env`);
  for (const name of [env, idEnv, secretEnv]) if (name !== '') checkVariable(server, name);
  if (tokenUrl !== '') checkHttpUrl(server, tokenUrl);
}
