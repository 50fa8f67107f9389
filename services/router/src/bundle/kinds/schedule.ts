import { tableKind } from '@switchyard/persistence';

/** Schedules come in paused: where they come from they may go on, and nothing is to happen twice. */
export const SCHEDULES = tableKind({
  kind: 'schedule',
  part: 'agents',
  table: 'registry.schedules',
  key: ['name'],
  stored: { paused: 'true' },
  moving: ['paused', 'next_at', 'last_at', 'last_run_id', 'fired', 'skipped', 'last_error', 'updated_at'],
});
