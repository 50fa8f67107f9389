import {
  fromStore,
  LoginSchema,
  ToolListSchema,
  ToolResultSchema,
  ToolServerListSchema,
  ToolServerLogsSchema,
  ToolServerSchema,
  ToolSettingsListSchema,
  ToolSettingsSchema,
  ToolVersionListSchema,
  ToolVersionSchema,
  toWire,
  type JsonObject,
  type ToolDefinition,
  type ToolResult,
  type ToolServer,
  type ToolServerLog,
  type ToolSettings,
  type ToolVersion,
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

  /** What its server has offered under the name of a tool, the newest first. */
  async versions(name: string): Promise<ToolVersion[]> {
    const path = `/v1/tools/${encodeURIComponent(name)}/versions`;
    return fromStore(ToolVersionListSchema, await this.http.json('GET', path)).versions;
  }

  /** Agents get this version from now on; without a number the newest. */
  async accept(name: string, number?: number): Promise<ToolVersion> {
    const body = number === undefined ? {} : { number };
    const path = `/v1/tools/${encodeURIComponent(name)}/accept`;
    return fromStore(ToolVersionSchema, await this.http.json('POST', path, { body, repeatable: true }));
  }

  /** All that is said of tools, whatever their servers say. */
  async settings(): Promise<ToolSettings[]> {
    return fromStore(ToolSettingsListSchema, await this.http.json('GET', '/v1/tool-settings')).settings;
  }

  /** Replaces what is said of `settings.tool`; settings that say nothing are forgotten. */
  async set(settings: ToolSettings): Promise<ToolSettings> {
    const { tool, updatedAt: _, updatedBy: __, ...said } = settings;
    const body = toWire(ToolSettingsSchema, { ...said, tool: '', updatedBy: '' });
    const path = `/v1/tool-settings/${encodeURIComponent(tool)}`;
    return fromStore(ToolSettingsSchema, await this.http.json('POST', path, { body, repeatable: true }));
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

  /** What a server has besides tools, as MCP defines it: its lists of resources and of their templates. */
  resources(server: string): Promise<JsonObject> {
    return this.http.json('GET', `/v1/tool-servers/${encodeURIComponent(server)}/resources`);
  }

  readResource(server: string, uri: string): Promise<JsonObject> {
    return this.http.json('GET', `/v1/tool-servers/${encodeURIComponent(server)}/resources/content`, {
      query: { uri },
    });
  }

  prompts(server: string): Promise<JsonObject> {
    return this.http.json('GET', `/v1/tool-servers/${encodeURIComponent(server)}/prompts`);
  }

  getPrompt(server: string, prompt: string, args: JsonObject): Promise<JsonObject> {
    const path = `/v1/tool-servers/${encodeURIComponent(server)}/prompts/${encodeURIComponent(prompt)}`;
    return this.http.json('POST', path, { body: { arguments: args } });
  }

  /** Values that would do for an argument of a prompt (`prompt`) or of a template of URIs (`uri`), of what has been written so far. */
  complete(
    server: string,
    of: { prompt: string } | { uri: string },
    argument: string,
    value: string,
  ): Promise<JsonObject> {
    const path = `/v1/tool-servers/${encodeURIComponent(server)}/complete`;
    return this.http.json('POST', path, { body: { ...of, argument, value } });
  }

  /** Begins a login at an MCP server that asks for authorisation. @returns where to go with a browser */
  async login(name: string): Promise<string> {
    const path = `/v1/tool-servers/${encodeURIComponent(name)}/login`;
    return fromStore(LoginSchema, await this.http.json('POST', path)).url;
  }

  /** Forgets what a login gave. */
  async logout(name: string): Promise<void> {
    await this.http.json('DELETE', `/v1/tool-servers/${encodeURIComponent(name)}/login`);
  }

  /** What the program of a server last wrote to its standard error, at each host. */
  async logs(name: string): Promise<ToolServerLog[]> {
    const path = `/v1/tool-servers/${encodeURIComponent(name)}/logs`;
    return fromStore(ToolServerLogsSchema, await this.http.json('GET', path)).logs;
  }
}
