import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  AgentDiffSchema,
  AgentListSchema,
  ApplyAgentReplySchema,
  FieldChangeSchema,
  RouterService,
  toValue,
  type AgentQuery,
  type AgentVersion,
  type ApplyAgentRequest,
  type TenantQuery,
} from '@switchyard/contracts';
import type { Change } from '../shared/field-changes.js';
import type { Init } from '../shared/init.js';
import { agentMessage } from './agent-message.js';
import { AgentsService } from './agents.service.js';

@Controller()
export class AgentsController {
  constructor(@Inject(AgentsService) private readonly agents: AgentsService) {}

  @Rpc(RouterService.method.applyAgent)
  async apply({ tenant, definition, staged, actor }: ApplyAgentRequest): Promise<Init<typeof ApplyAgentReplySchema>> {
    const { row, outcome, changes } = staged
      ? await this.agents.stage(tenant, definition ?? {})
      : await this.agents.apply(tenant, definition ?? {}, actor);
    return { version: agentMessage(row), outcome, changes: changes.map(toChange) };
  }

  @Rpc(RouterService.method.diffAgent)
  async diff({ tenant, definition }: ApplyAgentRequest): Promise<Init<typeof AgentDiffSchema>> {
    const { from, to, changes } = await this.agents.diff(tenant, definition ?? {});
    return { fromVersion: from, toVersion: to, changes: changes.map(toChange) };
  }

  @Rpc(RouterService.method.listAgents)
  list(query: TenantQuery): Promise<Init<typeof AgentListSchema>> {
    return this.agents.list(query);
  }

  @Rpc(RouterService.method.getAgent)
  async get({ tenant, name, version }: AgentQuery): Promise<AgentVersion> {
    return agentMessage(await this.agents.get(tenant, name, version));
  }

  @Rpc(RouterService.method.listAgentVersions)
  versions(query: AgentQuery): Promise<Init<typeof AgentListSchema>> {
    return this.agents.versions(query);
  }
}

function toChange({ path, before, after }: Change): Init<typeof FieldChangeSchema> {
  return {
    path,
    ...(before === undefined ? {} : { before: toValue(before) }),
    ...(after === undefined ? {} : { after: toValue(after) }),
  };
}
