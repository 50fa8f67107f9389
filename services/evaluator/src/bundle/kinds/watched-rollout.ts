import { tableKind } from '@switchyard/persistence';

const RUNNING = `r.status = 'running'`;

/** Rollouts as they were watched, and what was decided. One that was under way comes in as stopped, as the rollout itself. */
export const WATCHED_ROLLOUTS = tableKind({
  kind: 'watched_rollout',
  part: 'evidence',
  table: 'evaluation.rollouts',
  key: ['id'],
  stored: {
    status: `CASE WHEN ${RUNNING} THEN 'stopped' ELSE r.status END`,
    rollout: `CASE WHEN ${RUNNING} THEN jsonb_set(r.rollout::jsonb, '{status}', '"stopped"')::json ELSE r.rollout END`,
    ended_at: `CASE WHEN ${RUNNING} THEN coalesce(r.ended_at, r.started_at) ELSE r.ended_at END`,
  },
});
