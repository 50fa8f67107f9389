import type { ToolServer } from '@switchyard/contracts';

/** A definition as it is shown to people and programs: without the document that it carries, which may be a megabyte. */
export function shownDefinition(server: ToolServer): ToolServer {
  const { openapi } = server;
  return openapi && openapi.document !== '' ? { ...server, openapi: { ...openapi, document: '' } } : server;
}
