import { tableKind } from '@switchyard/persistence';

/** What servers offered, and which of it was accepted. */
export const TOOL_VERSIONS = tableKind({
  kind: 'tool_version',
  part: 'tools',
  table: 'effects.tool_versions',
  of: 'platform',
  key: ['server', 'tool', 'number'],
  keepsOther: true,
  moving: ['seen_at', 'accepted_at', 'accepted_by'],
});
