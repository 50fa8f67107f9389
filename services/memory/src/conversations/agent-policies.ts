import { AgentVersions, type RpcClient } from '@switchyard/bus';
import { SwitchyardError, type MemoryPolicy, type Run } from '@switchyard/contracts';

/** What agents remember, as the versions say that their runs executed. */
export class AgentPolicies {
  private readonly versions: AgentVersions;

  constructor(rpc: Pick<RpcClient, 'call'>) {
    this.versions = new AgentVersions(rpc);
  }

  /** Undefined: that version says nothing, or it is gone. An agent that was changed since changes nothing about it. */
  async of({ tenant, agent, agentVersion }: Run): Promise<MemoryPolicy | undefined> {
    try {
      return (await this.versions.get(tenant, agent, agentVersion)).definition?.memory;
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'agent.not_found') return undefined;
      throw error;
    }
  }
}
