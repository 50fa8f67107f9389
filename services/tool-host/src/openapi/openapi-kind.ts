import { systemResolve, type ResolveName } from '../builtin/fetch/guarded-target.js';
import type { ConnectionOptions, ServerKind } from '../servers/server-connection.js';
import { checkSettings, originsNamed } from './check-settings.js';
import { DocumentReader } from './document/document-reader.js';
import { OpenApiConnection } from './openapi-connection.js';

/** HTTP APIs with an OpenAPI document, as the operator describes them in `OpenApiSettings`. */
export function createOpenApiKind(
  reader: Pick<DocumentReader, 'read'> = new DocumentReader(),
  resolve: ResolveName = systemResolve,
): ServerKind {
  return {
    names: ['openapi'],
    source: 'openapi',
    check: checkSettings,
    connect: (options: ConnectionOptions) => {
      const { server, egress } = options;
      const allow = new Set(server.openapi?.allowPrivate === true ? originsNamed(server) : []);
      const remedy = 'an operator can allow those that the definition names with allow_private';
      return new OpenApiConnection({ ...options, reader, guard: { allow, resolve, egress, remedy } });
    },
  };
}
