import type { JsonObject } from '@switchyard/contracts';
import { pairs } from './arguments.js';
import { readText } from './read-definition.js';

export interface OpenApiFlags {
  baseUrl?: string;
  operations?: string[];
  auth?: string[];
  allowPrivate?: boolean;
}

/**
 * The definition of an HTTP API as a server of tools. A document at an address is read by the tool host, again and again; one in a
 * file goes with the definition.
 *
 * @throws SwitchyardError `definition.unreadable`, `usage.invalid`
 */
export async function openApiDefinition(name: string, document: string, flags: OpenApiFlags): Promise<JsonObject> {
  const isAddress = /^https?:\/\//i.test(document);
  return {
    name,
    kind: 'openapi',
    ...(isAddress ? { url: document } : {}),
    openapi: {
      ...(isAddress ? {} : { document: await readText(document) }),
      ...(flags.baseUrl === undefined ? {} : { base_url: flags.baseUrl }),
      operations: flags.operations ?? [],
      auth: Object.fromEntries(Object.entries(pairs(flags.auth)).map(([scheme, names]) => [scheme, credential(names)])),
      allow_private: flags.allowPrivate === true,
    },
  };
}

/** `KEY`, or `ID:SECRET` for a name and a password, or a client and its secret. Each may be `secret:NAME`. */
function credential(names: string): JsonObject {
  const isOneSecret = /^secret:[^:]*$/.test(names);
  const [, first = names, second] = (!isOneSecret && /^((?:secret:)?[^:]*):((?:secret:)?[^:]*)$/.exec(names)) || [];
  return second === undefined ? { env: first } : { id_env: first, secret_env: second };
}
