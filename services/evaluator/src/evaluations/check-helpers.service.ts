import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, ToolHostService, type ToolDefinition } from '@switchyard/contracts';
import { invalidSuite } from '../suite/read-suite.js';
import { bindScorers } from '../suite/resolve-scorers.js';
import type { Suite } from '../suite/suite.js';
import type { Problem } from '../suite/problems.js';

/** Agents and tools that a suite's scorers need: what would fail every score is said before anything runs. */
@Injectable()
export class CheckHelpers {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws SwitchyardError `agent.not_found`, `backend.not_found`, `suite.invalid`; `rpc.unavailable` (retryable) */
  async check(tenant: string, { cases }: Suite): Promise<void> {
    const scorers = cases.flatMap((item) => bindScorers(item));
    const judges = scorers.filter((scorer) => scorer.by === 'agent');
    for (const name of new Set(judges.map(({ agent }) => agent))) {
      await this.rpc.call(RouterService.method.getAgent, { tenant, name });
    }
    for (const name of new Set(judges.map(({ backend }) => backend).filter((backend) => backend !== ''))) {
      await this.rpc.call(RouterService.method.getBackend, { name });
    }
    const names = [...new Set(scorers.flatMap((scorer) => (scorer.by === 'tool' ? [scorer.tool] : [])))];
    if (names.length === 0) return;
    const { tools } = await this.rpc.call(ToolHostService.method.listTools, { tenant, names });
    const problems = names.flatMap((name) =>
      problemOf(
        name,
        tools.find((tool) => tool.name === name),
      ),
    );
    if (problems.length > 0) throw invalidSuite(problems);
  }
}

function problemOf(name: string, tool: ToolDefinition | undefined): Problem[] {
  const path = 'scorers';
  if (tool === undefined) return [{ path, reason: `there is no tool ${name}; list the tools to see which there are` }];
  // Nobody is there who could approve, and a scorer that changes the world would do so for every case.
  if (tool.effect === 'irreversible' || tool.askFirst) {
    return [
      { path, reason: `the tool ${name} may do what cannot be undone; a scorer's tool must be pure or idempotent` },
    ];
  }
  return [];
}
