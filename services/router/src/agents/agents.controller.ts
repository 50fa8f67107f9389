import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  AgentDefinitionSchema,
  AgentDiffSchema,
  AgentListSchema,
  AgentVersionSchema,
  ApplyAgentReplySchema,
  FieldChangeSchema,
  fromStore,
  RouterService,
  timestampFromDate,
  toValue,
  type AgentQuery,
  type ApplyAgentRequest,
  type TenantQuery,
} from '@switchyard/contracts';
import type { Change } from '../shared/field-changes.js';
import type { Init } from '../shared/init.js';
import type { AgentVersionRow } from './agents.repository.js';
import { AgentsService } from './agents.service.js';

@Controller()
export class AgentsController {
  constructor(@Inject(AgentsService) private readonly agents: AgentsService) {}

  @Rpc(RouterService.method.applyAgent)
  async apply({ tenant, definition }: ApplyAgentRequest): Promise<Init<typeof ApplyAgentReplySchema>> {
    const { row, outcome, changes } = await this.agents.apply(tenant, definition ?? {});
    return { version: toMessage(row), outcome, changes: changes.map(toChange) };
  }

  @Rpc(RouterService.method.diffAgent)
  async diff({ tenant, definition }: ApplyAgentRequest): Promise<Init<typeof AgentDiffSchema>> {
    const { from, to, changes } = await this.agents.diff(tenant, definition ?? {});
    return { fromVersion: from, toVersion: to, changes: changes.map(toChange) };
  }

  @Rpc(RouterService.method.listAgents)
  async list({ tenant }: TenantQuery): Promise<Init<typeof AgentListSchema>> {
    return { agents: (await this.agents.list(tenant)).map(toMessage) };
  }

  @Rpc(RouterService.method.getAgent)
  async get({ tenant, name, version }: AgentQuery): Promise<Init<typeof AgentVersionSchema>> {
    return toMessage(await this.agents.get(tenant, name, version));
  }

  @Rpc(RouterService.method.listAgentVersions)
  async versions({ tenant, name }: AgentQuery): Promise<Init<typeof AgentListSchema>> {
    return { agents: (await this.agents.versions(tenant, name)).map(toMessage) };
  }
}

function toMessage(row: AgentVersionRow): Init<typeof AgentVersionSchema> {
  const { tenant, version, number } = row;
  return {
    version,
    tenant,
    number,
    definition: fromStore(AgentDefinitionSchema, row.definition),
    createdAt: timestampFromDate(row.created_at),
  };
}

function toChange({ path, before, after }: Change): Init<typeof FieldChangeSchema> {
  return {
    path,
    ...(before === undefined ? {} : { before: toValue(before) }),
    ...(after === undefined ? {} : { after: toValue(after) }),
  };
}
