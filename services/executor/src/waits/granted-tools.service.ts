import { Inject, Injectable } from '@nestjs/common';
import { RUN_JAVASCRIPT, type AgentVersion } from '@switchyard/contracts';
import type { OpenCall } from '@switchyard/journal';
import { ToolsService } from '../context/tools.service.js';
import { ApprovalRules } from './approval-rules.service.js';
import { grantedTools } from './granted-tools.js';

/** Finds out what calls that run code may call in turn. It is the agent's definition that says so, never the model. */
@Injectable()
export class GrantedTools {
  constructor(
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(ApprovalRules) private readonly approvals: ApprovalRules,
  ) {}

  /**
   * None, and nothing is asked, where no call runs code.
   *
   * @throws SwitchyardError `tool.not_found`, `rpc.…`
   */
  async of(tenant: string, agent: AgentVersion, calls: readonly OpenCall[]): Promise<string[]> {
    if (!calls.some(({ tool }) => tool === RUN_JAVASCRIPT)) return [];
    const [tools, sources] = await Promise.all([this.tools.of(tenant, agent), this.approvals.of(tenant, agent)]);
    return grantedTools(tools, sources);
  }
}
