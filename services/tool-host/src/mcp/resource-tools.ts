import type { Client, RequestOptions } from '@modelcontextprotocol/client';
import type { JsonObject } from '@switchyard/contracts';
import { text, type ToolOutput } from '../tools/tool.js';
import { resourceOf } from './mcp-content.js';

/** A tool that the platform makes of what a server has besides its tools. */
export interface ResourceTool {
  name: string;
  description: string;
  inputSchema: JsonObject;
  run(client: Client, args: JsonObject, options: RequestOptions): Promise<ToolOutput>;
}

/** For agents, of a server that has resources. */
export const RESOURCE_TOOLS: readonly ResourceTool[] = [
  {
    name: 'list_resources',
    description:
      'Lists the resources of this server (documents, records, images) with their URIs, and the templates of URIs for those that are not listed one by one. Read one with read_resource.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    run: async (client, _, options) => {
      const { resources } = await client.listResources(undefined, options);
      const { resourceTemplates } = await client.listResourceTemplates(undefined, options);
      const lines = [
        ...resources.map(({ uri, ...more }) => lineOf(uri, more)),
        ...resourceTemplates.map(({ uriTemplate, ...more }) => lineOf(uriTemplate, more)),
      ];
      return text(lines.length > 0 ? lines.join('\n') : 'There are none.');
    },
  },
  {
    name: 'read_resource',
    description: 'Reads one resource of this server by its URI.',
    inputSchema: {
      type: 'object',
      properties: { uri: { type: 'string', maxLength: 8_192, description: 'As list_resources shows it.' } },
      required: ['uri'],
      additionalProperties: false,
    },
    run: async (client, { uri }, options) => {
      const { contents } = await client.readResource({ uri: String(uri) }, options);
      const content = contents.map(resourceOf);
      return content.length > 0 ? { content } : text('It is empty.');
    },
  },
];

interface Described {
  name: string;
  description?: string | undefined;
  mimeType?: string | undefined;
}

function lineOf(uri: string, { name, description, mimeType }: Described): string {
  const type = mimeType === undefined ? '' : ` (${mimeType})`;
  return `${uri} ${name}${type}${description === undefined ? '' : `: ${description.replaceAll('\n', ' ')}`}`;
}
