import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError, type AgentVersion, type ToolDefinition } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { agentTool, handoffTool, type OtherAgent } from './agent-tools.js';

/** How long what is known of an agent is used without asking again, in milliseconds. */
const FRESH_MS = 2_000;
/** How long it is used while the router does not answer. */
const STALE_MS = 10 * 60_000;
const MAX_ENTRIES = 256;

interface Entry {
  at: number;
  agent: OtherAgent;
}

/** The tools by which an agent calls others, made of what those are now. */
@Injectable()
export class AgentTools {
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<OtherAgent>>();

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** None where the agent names no other: nobody is asked then. @throws SwitchyardError `agent.not_found`, `rpc.…` */
  async list(tenant: string, { definition }: AgentVersion): Promise<ToolDefinition[]> {
    const { agents = [], handoffs = [] } = definition ?? {};
    if (agents.length + handoffs.length === 0) return [];
    const [called, takingOver] = await Promise.all([
      Promise.all(agents.map((name) => this.agent(tenant, name))),
      Promise.all(handoffs.map((name) => this.agent(tenant, name))),
    ]);
    return [...called.map(agentTool), ...takingOver.map(handoffTool)];
  }

  private async agent(tenant: string, name: string): Promise<OtherAgent> {
    const key = `${tenant}/${name}`;
    const entry = this.#entries.get(key);
    if (entry && Date.now() - entry.at < FRESH_MS) return entry.agent;
    try {
      return await this.ask(key, tenant, name);
    } catch (error) {
      const mayUseOld =
        error instanceof SwitchyardError && error.retryable && entry && Date.now() - entry.at < STALE_MS;
      if (!mayUseOld) throw error;
      this.logger.warn(
        { err: error, agent: name },
        'The router does not answer; going on with what is known of agents',
      );
      return entry.agent;
    }
  }

  /** Runs that ask at the same moment share one question. */
  private ask(key: string, tenant: string, name: string): Promise<OtherAgent> {
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const asked = this.rpc
      .call(RouterService.method.getAgent, { tenant, name })
      .then(({ definition }) => this.keep(key, { name, description: definition?.description ?? '' }))
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  private keep(key: string, agent: OtherAgent): OtherAgent {
    this.#entries.delete(key);
    this.#entries.set(key, { at: Date.now(), agent });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    return agent;
  }
}
