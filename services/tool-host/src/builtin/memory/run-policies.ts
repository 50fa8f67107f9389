import { AgentVersions, type RpcClient } from '@switchyard/bus';
import { RouterService, type MemoryPolicy } from '@switchyard/contracts';
import type { ToolContext } from '../../tools/tool.js';

/** Runs kept at once: those that a host has calls of, and those of a while ago. */
const MAX_RUNS = 1_024;

/** What agents may remember, as the versions say that their runs execute. A run's version never changes. */
export class RunPolicies {
  readonly #known = new Map<string, Promise<MemoryPolicy | undefined>>();
  readonly #versions: AgentVersions;

  constructor(private readonly rpc: Pick<RpcClient, 'call'>) {
    this.#versions = new AgentVersions(rpc);
  }

  /**
   * Undefined where the agent's definition says nothing, and for a call by hand, which is no agent's.
   *
   * @throws SwitchyardError `run.not_found`, `agent.not_found`, `rpc.…`: what cannot be found out allows nothing
   */
  async of({ tenant, runId }: Pick<ToolContext, 'tenant' | 'runId'>): Promise<MemoryPolicy | undefined> {
    if (runId === '') return undefined;
    const key = `${tenant}/${runId}`;
    const known = this.#known.get(key);
    if (known) return known;
    const asked = this.#ask(tenant, runId);
    this.#known.set(key, asked);
    // A failure is not kept.
    asked.catch(() => this.#known.delete(key));
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_RUNS && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }

  async #ask(tenant: string, runId: string): Promise<MemoryPolicy | undefined> {
    const { agent, agentVersion } = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    return (await this.#versions.get(tenant, agent, agentVersion)).definition?.memory;
  }
}
