import { tableKind } from '@switchyard/persistence';

/** Every version that an agent ever had. */
export const AGENT_VERSIONS = tableKind({
  kind: 'agent_version',
  part: 'agents',
  table: 'registry.agent_versions',
  key: ['name', 'version'],
});
