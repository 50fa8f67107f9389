import { RouterService, SwitchyardError, type MemoryPolicy } from '@switchyard/contracts';
import type { RpcClient } from '@switchyard/bus';

/** A change of an agent's definition is noticed after so long. */
const FRESH_MS = 10_000;
/** Agents whose policy is kept in mind. */
const MAX_AGENTS = 10_000;

interface Known {
  policy: Promise<MemoryPolicy | undefined>;
  until: number;
}

/** What agents remember, as their definitions say now. */
export class AgentPolicies {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly rpc: Pick<RpcClient, 'call'>,
    private readonly now: () => Date,
  ) {}

  /** Undefined: it says nothing, or it is gone. */
  of(tenant: string, agent: string): Promise<MemoryPolicy | undefined> {
    const key = `${tenant}\n${agent}`;
    const known = this.known.get(key);
    const time = this.now().getTime();
    if (known && known.until > time) return known.policy;
    if (this.known.size >= MAX_AGENTS) this.known.clear();
    const policy = this.ask(tenant, agent);
    this.known.set(key, { policy, until: time + FRESH_MS });
    // A failure is not kept.
    policy.catch(() => this.known.delete(key));
    return policy;
  }

  private async ask(tenant: string, name: string): Promise<MemoryPolicy | undefined> {
    try {
      return (await this.rpc.call(RouterService.method.getAgent, { tenant, name })).definition?.memory;
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'agent.not_found') return undefined;
      throw error;
    }
  }
}
