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

/** All that decides how a turn behaves. Two turns with the same fingerprint were asked of the same thing in the same way. */
export function configurationOf(
  agent: AgentVersion,
  backend: Backend,
  tools: readonly ToolDefinition[],
  platformVersion: string,
): Configuration {
  const parameters = agent.definition?.parameters;
  const configuration = create(ConfigurationSchema, {
    agentVersion: agent.version,
    backend: backend.name,
    profileVersion: backend.profile.version,
    model: backend.model,
    ...(parameters ? { parameters } : {}),
    tools: Object.fromEntries(tools.map((tool) => [tool.name, tool.fingerprint])),
    platformVersion,
  });
  configuration.fingerprint = contentAddress(toWire(ConfigurationSchema, configuration));
  return configuration;
}
