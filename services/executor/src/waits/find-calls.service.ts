import { Inject, Injectable } from '@nestjs/common';
import type { AgentVersion, ToolDefinition } from '@switchyard/contracts';
import type { OpenCall, RunState } from '@switchyard/journal';
import { ToolSearches } from '../context/tool-searches.service.js';
import { ToolsService } from '../context/tools.service.js';
import { AgentTools } from './agent-tools.service.js';
import { describeFound } from './describe-found.js';
import { FIND_TOOLS_DEFINITION, FOUND_BY_DEFAULT } from './find-tools.js';
import type { OwnCallHandler, OwnOutcome } from './own-call.js';
import { faultOfArguments, settledAsError } from './own-result.js';

/** `find_tools`: settled with those of the agent's own tools that fit; no other tool is ever told of. */
@Injectable()
export class FindCalls implements OwnCallHandler {
  readonly kinds = ['find'] as const;

  constructor(
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(AgentTools) private readonly agentTools: AgentTools,
    @Inject(ToolSearches) private readonly searches: ToolSearches,
  ) {}

  async advance({ tenant }: RunState, call: OpenCall, agent: AgentVersion): Promise<OwnOutcome> {
    const fault = faultOfArguments(FIND_TOOLS_DEFINITION, call);
    if (fault !== undefined) return settledAsError(call, 'tool.invalid_arguments', fault);
    const [ofHosts, ofAgents] = await Promise.all([this.tools.of(tenant, agent), this.agentTools.list(tenant, agent)]);
    const tools = [...ofHosts, ...ofAgents];
    const { query, limit } = call.arguments;
    const found = this.searches
      .of(tools)
      .find(String(query), typeof limit === 'number' ? limit : FOUND_BY_DEFAULT)
      .flatMap(({ name }) => tools.find((tool) => tool.name === name) ?? []);
    return settled(call, found, tools.length);
  }
}

function settled(call: OpenCall, found: readonly ToolDefinition[], all: number): OwnOutcome {
  const { callId, tool } = call;
  const content = [{ type: 'text', text: describeFound(found, all) }];
  const foundTools = found.map(({ name }) => name);
  return {
    is: 'settled',
    bodies: [{ case: 'toolCallSettled', value: { tool, result: { callId, status: 'ok', content }, foundTools } }],
  };
}
