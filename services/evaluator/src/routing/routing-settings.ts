import type { AgentVersion } from '@switchyard/contracts';
import type { RoutingOptions } from '@switchyard/evidence';

/** What an agent's definition says of learning and spending; without anything, what is usual. */
export function settingsOfAgent(agent: AgentVersion): RoutingOptions {
  const routing = agent.definition?.model?.routing;
  if (!routing) return {};
  const { explore, budgetUsdPerTask } = routing;
  return {
    ...(explore !== undefined && { exploration: explore }),
    ...(budgetUsdPerTask > 0 && { budget: { perTask: budgetUsdPerTask } }),
  };
}
