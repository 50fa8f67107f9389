import { tableKind } from '@switchyard/persistence';

/** What people said of tools. */
export const TOOL_SETTINGS = tableKind({
  kind: 'tool_settings',
  part: 'tools',
  table: 'effects.tool_settings',
  of: 'platform',
  key: ['tool'],
  keepsOther: true,
  moving: ['updated_at', 'updated_by'],
});
