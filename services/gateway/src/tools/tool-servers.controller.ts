import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  EmptySchema,
  ToolHostService,
  ToolServerListSchema,
  ToolServerLogsSchema,
  ToolServerSchema,
  type Empty,
  type ToolServer,
  type ToolServerList,
  type ToolServerLogs,
} from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** A server is started and asked for its tools before the answer. */
const CONNECT_TIMEOUT_MS = 30_000;

const list = route({
  method: 'GET',
  path: '/v1/tool-servers',
  access: 'read',
  tag: 'tools',
  summary: 'List tool servers with their state',
  replies: { 200: { message: ToolServerListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/tool-servers',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Add or change a tool server',
  description:
    'mcp-stdio starts a program on the tool host; mcp-http connects to a URL; openapi calls an HTTP API as its document says; webmcp opens web pages in a browser beside the tool host. Secrets are named, by environment variable or as secret:NAME, never sent.',
  body: { message: ToolServerSchema, without: ['status', 'last_error', 'tool_count'] },
  replies: { 200: { message: ToolServerSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/tool-servers/:name',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Remove a tool server',
  replies: { 200: { message: EmptySchema } },
});

const logs = route({
  method: 'GET',
  path: '/v1/tool-servers/:name/logs',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Get what the program of a tool server last wrote to its standard error',
  replies: { 200: { message: ToolServerLogsSchema } },
});

@Controller()
export class ToolServersController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(): Promise<ToolServerList> {
    return this.rpc.call(ToolHostService.method.listServers, {});
  }

  @Route(apply)
  apply(@Incoming() { body }: CallOf<typeof apply>): Promise<ToolServer> {
    return this.rpc.call(ToolHostService.method.applyServer, body, { timeoutMs: CONNECT_TIMEOUT_MS });
  }

  @Route(remove)
  remove(@Incoming() { params }: CallOf<typeof remove>): Promise<Empty> {
    return this.rpc.call(ToolHostService.method.removeServer, { name: params['name'] ?? '' });
  }

  @Route(logs)
  logs(@Incoming() { params }: CallOf<typeof logs>): Promise<ToolServerLogs> {
    return this.rpc.call(ToolHostService.method.getServerLogs, { name: params['name'] ?? '' });
  }
}
