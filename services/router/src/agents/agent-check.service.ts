import { Inject, Injectable } from '@nestjs/common';
import { didYouMean, SwitchyardError, type AgentDefinition } from '@switchyard/contracts';
import { AgentsRepository } from './agents.repository.js';

/** Names of tools that every model takes have so many characters at most. */
const TOOL_NAME = 64;

interface Named {
  path: string;
  name: string;
  /** What a model calls it by. */
  tool: string;
}

/** Checks the agents that an agent may call, or hand over to. Cycles are allowed: a run's depth bounds them. */
@Injectable()
export class AgentCheckService {
  constructor(@Inject(AgentsRepository) private readonly agents: AgentsRepository) {}

  /** @throws SwitchyardError `agent.invalid` with the path of each name that is unknown or too long */
  async check(tenant: string, { name, agents, handoffs }: AgentDefinition): Promise<void> {
    const named: Named[] = [
      ...agents.map((other, index) => ({ path: `agents[${index}]`, name: other, tool: `agent_${other}` })),
      ...handoffs.map((other, index) => ({ path: `handoffs[${index}]`, name: other, tool: `handoff_${other}` })),
    ];
    const problems = await Promise.all(named.map((other) => this.problemOf(tenant, name, other)));
    const found = problems.filter((problem) => problem !== undefined);
    if (found.length === 0) return;
    const listed = found.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
    throw new SwitchyardError(
      'agent.invalid',
      `The agent "${name}" is not valid: ${listed}. Apply the other agents first, or correct this and apply it again.`,
      { details: { problems: found } },
    );
  }

  private async problemOf(
    tenant: string,
    own: string,
    { path, name, tool }: Named,
  ): Promise<{ path: string; reason: string } | undefined> {
    if (tool.length > TOOL_NAME) {
      const most = TOOL_NAME - (tool.length - name.length);
      return { path, reason: `"${name}" is longer than the ${most} characters that models take` };
    }
    if (name === own || (await this.agents.current(tenant, name))) return undefined;
    const known = await this.agents.names(tenant);
    return { path, reason: `there is no agent "${name}".${didYouMean(name, known)}` };
  }
}
