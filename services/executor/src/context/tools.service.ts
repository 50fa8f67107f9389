import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { SwitchyardError, ToolHostService, type ToolDefinition } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';

/** How long definitions are used without asking again, in milliseconds. */
const FRESH_MS = 2_000;
/** How long they are used while no tool host answers. */
const STALE_MS = 10 * 60_000;
const MAX_ENTRIES = 256;

interface Entry {
  at: number;
  tools: ToolDefinition[];
}

/** Definitions of the tools that agents name. */
@Injectable()
export class ToolsService {
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<ToolDefinition[]>>();

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param names names or "<toolset>.*"; none gives none. @throws SwitchyardError `tool.not_found`, `rpc.…` */
  async list(tenant: string, names: readonly string[]): Promise<ToolDefinition[]> {
    if (names.length === 0) return [];
    const key = JSON.stringify([tenant, ...names]);
    const entry = this.#entries.get(key);
    if (entry && Date.now() - entry.at < FRESH_MS) return entry.tools;
    try {
      return await this.#ask(key, tenant, names);
    } catch (error) {
      const mayUseOld =
        error instanceof SwitchyardError && error.retryable && entry && Date.now() - entry.at < STALE_MS;
      if (!mayUseOld) throw error;
      this.logger.warn({ err: error }, 'No tool host answers; going on with the definitions known');
      return entry.tools;
    }
  }

  /** Runs that ask at the same moment share one question. */
  #ask(key: string, tenant: string, names: readonly string[]): Promise<ToolDefinition[]> {
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const asked = this.rpc
      .call(ToolHostService.method.listTools, { tenant, names: [...names] })
      .then(({ tools }) => this.#keep(key, tools))
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  #keep(key: string, tools: ToolDefinition[]): ToolDefinition[] {
    this.#entries.delete(key);
    this.#entries.set(key, { at: Date.now(), tools });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    return tools;
  }
}
