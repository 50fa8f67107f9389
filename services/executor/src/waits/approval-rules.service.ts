import { Inject, Injectable } from '@nestjs/common';
import type { AgentVersion } from '@switchyard/contracts';
import { ToolsService } from '../context/tools.service.js';
import { toolsetsOf, type ApprovalRule } from './approval-policy.js';

/** Reads which calls of an agent wait for a person. */
@Injectable()
export class ApprovalRules {
  constructor(@Inject(ToolsService) private readonly tools: ToolsService) {}

  /**
   * Undefined where none does. Asked before the model is, so that a toolset that cannot be looked up lets no call through.
   *
   * @throws SwitchyardError `tool.not_found`, `rpc.…`
   */
  async of(tenant: string, agent: AgentVersion): Promise<ApprovalRule | undefined> {
    const policy = agent.definition?.approvals;
    if (!policy || policy.tools.length === 0) return undefined;
    const ofToolsets = await this.tools.list(tenant, toolsetsOf(policy));
    return {
      tools: new Set([...policy.tools, ...ofToolsets.map(({ name }) => name)]),
      seconds: policy.seconds,
    };
  }
}
