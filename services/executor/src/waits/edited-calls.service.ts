import { Inject, Injectable } from '@nestjs/common';
import type { AgentVersion } from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit, RunState } from '@switchyard/journal';
import { ToolsService } from '../context/tools.service.js';
import { AgentTools } from './agent-tools.service.js';
import { refusedByRules } from './approval-of-call.js';
import { verdictOnCall } from './approval-policy.js';
import { ApprovalRules } from './approval-rules.service.js';

/** Judges calls whose arguments a person has changed: what a rule denies, nobody edits a call into. */
@Injectable()
export class EditedCalls {
  constructor(
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(AgentTools) private readonly agentTools: AgentTools,
    @Inject(ApprovalRules) private readonly approvals: ApprovalRules,
  ) {}

  /**
   * Asks nobody where nothing was edited.
   *
   * @returns the refusals, by call
   * @throws SwitchyardError `tool.not_found`, `rpc.…`
   */
  async denied(
    { tenant, user }: RunState,
    calls: readonly OpenCall[],
    agent: AgentVersion,
  ): Promise<ReadonlyMap<string, RunEventBodyInit>> {
    const edited = calls.filter(({ approval }) => approval === 'edited');
    if (edited.length === 0) return new Map();
    const [sources, ofHosts, ofAgents] = await Promise.all([
      this.approvals.of(tenant, agent),
      this.tools.of(tenant, agent),
      this.agentTools.list(tenant, agent),
    ]);
    const governedBy = { sources, agent: agent.definition?.name ?? '', tenant, user };
    return new Map(
      edited.flatMap((call) => {
        const tool = [...ofHosts, ...ofAgents].find(({ name }) => name === call.tool);
        const verdict = tool && verdictOnCall(governedBy, tool, call.arguments);
        return verdict?.decision === 'deny' ? [[call.callId, refusedByRules(call, verdict.reason)] as const] : [];
      }),
    );
  }
}
