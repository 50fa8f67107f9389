import { tableKind } from '@switchyard/persistence';

/** Endpoints with their profiles, and never a key: only the name of the variable that holds it. How it fares here is measured here. */
export const BACKENDS = tableKind({
  kind: 'backend',
  part: 'agents',
  table: 'registry.backends',
  of: 'platform',
  key: ['name'],
  keepsOther: true,
  moving: ['updated_at'],
  leaveOut: {
    status: `'unknown'`,
    consecutive_failures: '0',
    last_error: 'NULL::jsonb',
    checked_at: 'NULL::timestamptz',
    open_until: 'NULL::timestamptz',
    openings: '0',
    recent_failures: '0',
    recent_since: 'NULL::timestamptz',
  },
});
