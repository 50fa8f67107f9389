import { tableKind } from '@switchyard/persistence';

/** Agents, and which of their versions is the current one. */
export const AGENTS = tableKind({
  kind: 'agent',
  part: 'agents',
  table: 'registry.agents',
  key: ['name'],
  links: [{ kind: 'agent_version', by: ['name', 'version'] }],
});
