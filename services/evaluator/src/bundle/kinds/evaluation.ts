import { tableKind } from '@switchyard/persistence';

/** Evaluations. One that was under way comes in as cancelled: it would publish its tasks a second time. */
export const EVALUATIONS = tableKind({
  kind: 'evaluation',
  part: 'evidence',
  table: 'evaluation.evaluations',
  key: ['id'],
  madeIds: ['id'],
  stored: {
    status: `CASE WHEN r.status = 'running' THEN 'cancelled' ELSE r.status END`,
    stopped_because: `CASE WHEN r.status = 'running' THEN 'It was under way when it was exported.' ELSE r.stopped_because END`,
    ended_at: `CASE WHEN r.status = 'running' THEN coalesce(r.ended_at, r.created_at) ELSE r.ended_at END`,
  },
  since: 't.created_at >= $since',
});
