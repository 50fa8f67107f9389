import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { DocumentFault } from './document-fault.js';
import { isObject, listOf, objectOf, safeEntries, textOf } from './json.js';

export interface BaseUrlOptions {
  /** Named by the operator; goes before all that a document says. */
  baseUrl: string;
  /** Where the document is; '' where the operator gave it himself. */
  documentUrl: string;
}

/**
 * Where requests of an operation go, without a slash at the end. A document may say so itself, but is not the operator: one that
 * was fetched may name its own origin and no other, so that it can never send credentials elsewhere.
 *
 * @param servers of the operation, its path and the document, the nearest first (OpenAPI 3.1, Server Object)
 * @throws DocumentFault
 */
export function baseUrlOf(
  servers: readonly (JsonValue | undefined)[],
  { baseUrl, documentUrl }: BaseUrlOptions,
): string {
  if (baseUrl !== '') return withoutSlash(new URL(baseUrl));
  const nearest = servers.map((list) => listOf(list).find(isObject)).find((server) => server !== undefined);
  const written = nearest ? expanded(nearest) : '/';
  const base = documentUrl === '' ? undefined : documentUrl;
  if (!URL.canParse(written, base))
    throw new DocumentFault(
      `the document says that its server is "${written.slice(0, 200)}", which is no whole address; name it as base_url`,
    );
  const url = new URL(written, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new DocumentFault(
      `the document says that its server is "${written.slice(0, 200)}", which is no http or https address`,
    );
  if (base !== undefined && url.origin !== new URL(base).origin)
    throw new DocumentFault(
      `the document says that its server is ${url.origin.slice(0, 200)}, which is another one than where the document is; name it as base_url if that is so`,
    );
  return withoutSlash(url);
}

/** With the defaults of its variables. */
function expanded(server: JsonObject): string {
  const variables = new Map(
    safeEntries(server['variables']).map(([name, variable]) => [name, textOf(objectOf(variable)['default'])]),
  );
  return textOf(server['url']).replace(/\{([^{}]*)\}/g, (whole, name: string) => variables.get(name) ?? whole);
}

function withoutSlash(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
