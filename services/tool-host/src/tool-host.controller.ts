import { Controller, Inject } from '@nestjs/common';
import { Bus, Rpc, takesParts, TAKING_PARTS, type RpcContext } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  toErrorInfo,
  ToolCallSchema,
  ToolHostService,
  ToolResultSchema,
  type EmptySchema,
  type ListToolsQuery,
  type MessageInitShape,
  type ToolCall,
  type ToolListSchema,
  type ToolResult,
  type ToolServer,
  type ToolServerQuery,
  type ToolServerSchema,
  type ToolServerListSchema,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { carriedResult } from './calls/carried-result.js';
import { ToolCallService } from './calls/tool-call.service.js';
import { ToolCatalog } from './catalog/tool-catalog.service.js';
import { shownDefinition } from './openapi/shown-definition.js';
import { ToolServerPool, type KnownServer } from './servers/tool-server-pool.service.js';

/** What a call through another pool costs besides the tool's own time. */
const FORWARD_MARGIN_MS = 2_000;

/** The tool host's RPCs; any host answers, whatever its pool. */
@Controller()
export class ToolHostController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(ToolCatalog) private readonly catalog: ToolCatalog,
    @Inject(ToolCallService) private readonly calls: ToolCallService,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
  ) {}

  @Rpc(ToolHostService.method.listTools)
  async listTools({ names }: ListToolsQuery): Promise<MessageInitShape<typeof ToolListSchema>> {
    return { tools: await this.catalog.list(names) };
  }

  @Rpc(ToolHostService.method.callTool)
  async callTool(call: ToolCall, context: RpcContext): Promise<ToolResult> {
    const { signal } = context;
    const definition = await this.catalog.locate(call.tool);
    const { pool } = this.config.toolHost;
    // What belongs to no pool is refused here as well as anywhere.
    if (!definition || definition.pool === '' || definition.pool === pool)
      return carriedResult(await this.calls.perform(call, { stop: signal }), takesParts(context));
    const timeoutMs = definition.timeoutMs + FORWARD_MARGIN_MS;
    return this.bus.request(this.bus.subjects.toolRpc(definition.pool), ToolCallSchema, ToolResultSchema, call, {
      timeoutMs,
      signal,
      ...(takesParts(context) ? { headers: TAKING_PARTS } : {}),
    });
  }

  @Rpc(ToolHostService.method.applyServer)
  async applyServer(server: ToolServer): Promise<MessageInitShape<typeof ToolServerSchema>> {
    return this.describe(await this.servers.apply(server));
  }

  @Rpc(ToolHostService.method.removeServer)
  async removeServer({ name }: ToolServerQuery): Promise<MessageInitShape<typeof EmptySchema>> {
    await this.servers.remove(name);
    return {};
  }

  @Rpc(ToolHostService.method.listServers)
  async listServers(): Promise<MessageInitShape<typeof ToolServerListSchema>> {
    await this.servers.reconcile();
    return { servers: this.servers.servers().map((server) => this.describe(server)) };
  }

  /** A server's definition with what is seen of it from here, or was last seen by a host of its pool. */
  private describe({ row, connection, tools }: KnownServer): MessageInitShape<typeof ToolServerSchema> {
    const faults = this.catalog.faultsOf(row.name);
    const lastError = (connection ? connection.lastError : row.lastError) ?? (faults && toErrorInfo(faults));
    return {
      ...shownDefinition(row.definition),
      status: connection?.status ?? row.status,
      toolCount: tools.filter(({ disabled }) => !disabled).length,
      pendingCount: tools.filter(({ definition }) => definition.pendingVersion > 0).length,
      ...(lastError ? { lastError } : {}),
    };
  }
}
