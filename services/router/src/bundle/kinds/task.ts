import { tableKind } from '@switchyard/persistence';

/**
 * Tasks as they were accepted, so that their keys stay taken. All come in as ended: the reconciler looks after none of them,
 * and holds no other one of the thread back.
 */
export const TASKS = tableKind({
  kind: 'task',
  part: 'runs',
  table: 'registry.tasks',
  key: ['task_id'],
  madeIds: ['task_id'],
  leaveOut: {
    held: 'false',
    waiting_since: 'NULL::timestamptz',
    dispatches: '0',
    next_check_at: 'r.created_at',
    checked_seq: '0',
    idle_checks: '0',
  },
  stored: { ended_at: 'coalesce(r.ended_at, r.created_at)' },
  since: 't.created_at >= $since',
});
