import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { isMemoryTool, ToolHostService, type AgentVersion, type ToolDefinition } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { KnownAnswers } from './known-answers.js';

/** Definitions of the tools that agents name. */
@Injectable()
export class ToolsService {
  readonly #known: KnownAnswers<ToolDefinition[]>;

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#known = new KnownAnswers(logger, 'No tool host answers; going on with the definitions known');
  }

  /**
   * The tools of an agent. Those of memory are left out where its definition turns them off, also of a toolset: so
   * memory is turned off, and on again, in one place. @throws SwitchyardError `tool.not_found`, `rpc.…`
   */
  async of(tenant: string, { definition }: AgentVersion): Promise<ToolDefinition[]> {
    const tools = await this.list(tenant, definition?.tools ?? []);
    return definition?.memory?.tools === false ? tools.filter((tool) => !isMemoryTool(tool)) : tools;
  }

  /** @param names names or "<toolset>.*"; none gives none. @throws SwitchyardError `tool.not_found`, `rpc.…` */
  async list(tenant: string, names: readonly string[]): Promise<ToolDefinition[]> {
    if (names.length === 0) return [];
    return this.#known.of(JSON.stringify([tenant, ...names]), async () => {
      const { tools } = await this.rpc.call(ToolHostService.method.listTools, { tenant, names: [...names] });
      return tools;
    });
  }
}
