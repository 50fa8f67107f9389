import { Inject, Injectable } from '@nestjs/common';
import {
  create,
  PolicyRuleSchema,
  SwitchyardError,
  type AgentDefinition,
  type AgentVersion,
  type PolicyRule,
} from '@switchyard/contracts';
import { RuleList, type Source } from '@switchyard/policies';
import { ToolsService } from '../context/tools.service.js';
import { rulesOfTools } from './approval-policy.js';
import { PoliciesService } from './policies.service.js';

/** Errors that say that a toolset has no tools for anybody. */
const NO_TOOLS = ['tool.not_found', 'tool.unavailable'];

/** Reads whose rules hold for the calls of an agent: those of its tenant, and its own. */
@Injectable()
export class ApprovalRules {
  constructor(
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(PoliciesService) private readonly policies: PoliciesService,
  ) {}

  /**
   * None where nobody says anything. Asked before the model is, so that a toolset that cannot be looked up lets no call through.
   *
   * @throws SwitchyardError `tool.not_found`, `rpc.…`
   */
  async of(tenant: string, agent: AgentVersion): Promise<readonly Source[]> {
    const { definition } = agent;
    if (!definition || !callsAnything(definition)) return [];
    const own = rulesOf(definition);
    const policies = await this.policies.of(tenant);
    if (own.length === 0 && policies.length === 0) return [];
    const sources = policies.map(({ name, rules, seconds }) => ({ by: `policy:${name}`, rules, seconds }));
    const [ofPolicies, ofAgent] = await Promise.all([
      Promise.all(sources.map(async (source) => this.compiled(tenant, source, NO_TOOLS))),
      own.length === 0
        ? []
        : [await this.compiled(tenant, { by: 'agent', rules: own, seconds: definition.approvals?.seconds ?? 0 }, [])],
    ]);
    return [...ofPolicies, ...ofAgent];
  }

  /** @param passed errors by which a toolset counts as empty */
  private async compiled(
    tenant: string,
    { by, rules, seconds }: { by: string; rules: readonly PolicyRule[]; seconds: number },
    passed: readonly string[],
  ): Promise<Source> {
    const toolsets = [...new Set(rules.flatMap(({ tools }) => tools.filter((name) => name.endsWith('.*'))))];
    const names = new Map(
      await Promise.all(
        toolsets.map(async (toolset) => [toolset, await this.namesOf(tenant, toolset, passed)] as const),
      ),
    );
    return { by, rules: RuleList.compile(rules, (toolset) => names.get(toolset) ?? []), seconds };
  }

  private async namesOf(tenant: string, toolset: string, passed: readonly string[]): Promise<string[]> {
    try {
      return (await this.tools.list(tenant, [toolset])).map(({ name }) => name);
    } catch (error) {
      if (error instanceof SwitchyardError && passed.includes(error.code)) return [];
      throw error;
    }
  }
}

function callsAnything({ tools, agents, handoffs }: AgentDefinition): boolean {
  return tools.length + agents.length + handoffs.length > 0;
}

function rulesOf({ approvals }: AgentDefinition): PolicyRule[] {
  if (!approvals) return [];
  return [...approvals.rules, ...rulesOfTools(approvals.tools).map((rule) => create(PolicyRuleSchema, rule))];
}
