import {
  fromStore,
  ToolListSchema,
  ToolResultSchema,
  ToolServerListSchema,
  ToolServerSchema,
  type JsonObject,
  type ToolDefinition,
  type ToolResult,
  type ToolServer,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export class Tools {
  constructor(private readonly http: Http) {}

  async list(): Promise<ToolDefinition[]> {
    return fromStore(ToolListSchema, await this.http.json('GET', '/v1/tools')).tools;
  }

  /** Calls a tool by hand, under the same checks as an agent's call. */
  async call(name: string, args: JsonObject): Promise<ToolResult> {
    return fromStore(
      ToolResultSchema,
      await this.http.json('POST', `/v1/tools/${encodeURIComponent(name)}/call`, { body: { arguments: args } }),
    );
  }

  async servers(): Promise<ToolServer[]> {
    return fromStore(ToolServerListSchema, await this.http.json('GET', '/v1/tool-servers')).servers;
  }

  async addServer(server: JsonObject): Promise<ToolServer> {
    return fromStore(
      ToolServerSchema,
      await this.http.json('POST', '/v1/tool-servers', { body: server, repeatable: true }),
    );
  }

  async removeServer(name: string): Promise<void> {
    await this.http.json('DELETE', `/v1/tool-servers/${encodeURIComponent(name)}`);
  }
}
