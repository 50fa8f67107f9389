import { createHash } from 'node:crypto';
import {
  ConfigurationSchema,
  create,
  toWire,
  type AgentVersion,
  type Configuration,
  type JsonValue,
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
  const content = canonicalText(toWire(ConfigurationSchema, configuration));
  configuration.fingerprint = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return configuration;
}

/** JSON with sorted keys: equal values, equal text. */
function canonicalText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`).join(',')}}`;
}
