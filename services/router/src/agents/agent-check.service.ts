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

/** Its answers are read by a program. */
interface Asked {
  path: string;
  name: string;
}

/**
 * Checks the agents that an agent may call, or hand over to, and those that memory asks for it. Cycles are allowed: a run's
 * depth bounds them.
 */
@Injectable()
export class AgentCheckService {
  constructor(@Inject(AgentsRepository) private readonly agents: AgentsRepository) {}

  /** @throws SwitchyardError `agent.invalid` with the path of each name that is unknown or too long */
  async check(tenant: string, { name, agents, handoffs, memory }: AgentDefinition): Promise<void> {
    const named: Named[] = [
      ...agents.map((other, index) => ({ path: `agents[${index}]`, name: other, tool: `agent_${other}` })),
      ...handoffs.map((other, index) => ({ path: `handoffs[${index}]`, name: other, tool: `handoff_${other}` })),
    ];
    const asked: Asked[] = [
      { path: 'memory.facts.agent', name: memory?.facts?.agent ?? '' },
      { path: 'memory.rerank', name: memory?.rerank ?? '' },
    ].filter((other) => other.name !== '');
    const problems = await Promise.all([
      ...named.map((other) => this.problemOf(tenant, name, other)),
      ...asked.map((other) => this.problemOfAsked(tenant, other)),
    ]);
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
    return this.unknown(tenant, { path, name });
  }

  private async problemOfAsked(
    tenant: string,
    { path, name }: Asked,
  ): Promise<{ path: string; reason: string } | undefined> {
    const there = await this.agents.current(tenant, name);
    if (!there) return this.unknown(tenant, { path, name });
    if ('result_schema' in there.definition) return undefined;
    return { path, reason: `"${name}" has no result_schema, so that memory cannot read what it answers` };
  }

  private async unknown(tenant: string, { path, name }: Asked): Promise<{ path: string; reason: string }> {
    const known = await this.agents.names(tenant);
    return { path, reason: `there is no agent "${name}".${didYouMean(name, known)}` };
  }
}
