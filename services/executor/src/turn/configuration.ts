import {
  ConfigurationSchema,
  contentAddress,
  create,
  toWire,
  type AgentVersion,
  type Configuration,
  type ToolDefinition,
} from '@switchyard/contracts';
import type { Backend } from '@switchyard/models';
import type { ShownTools } from '../context/shown-tools.js';
import { READ_RESULT_DEFINITION } from '../waits/read-result.js';

/**
 * All that decides how a turn behaves. Two turns with the same fingerprint were asked of the same thing in the same way. Of tools
 * that are searched it is all that the agent has, whichever suit the task: told by one address, for they may be thousands.
 */
export function configurationOf(
  agent: AgentVersion,
  backend: Backend,
  { shown, unshown }: ShownTools,
  platformVersion: string,
): Configuration {
  const parameters = agent.definition?.parameters;
  const configuration = create(ConfigurationSchema, {
    agentVersion: agent.version,
    backend: backend.name,
    profileVersion: backend.profile.version,
    model: backend.model,
    ...(parameters ? { parameters } : {}),
    tools: unshown.length === 0 ? printsOf(shown) : { '*': contentAddress(printsOf([...shown, ...unshown])) },
    platformVersion,
  });
  configuration.fingerprint = contentAddress(toWire(ConfigurationSchema, configuration));
  return configuration;
}

function printsOf(tools: readonly ToolDefinition[]): Record<string, string> {
  // What only reads on is there or not by what tools gave, and is no other configuration.
  const counted = tools.filter((tool) => tool !== READ_RESULT_DEFINITION);
  return Object.fromEntries(counted.map((tool) => [tool.name, tool.fingerprint]));
}
