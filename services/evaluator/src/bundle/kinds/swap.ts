import { tableKind } from '@switchyard/persistence';

const OPEN = 'r.ended_at IS NULL';

/** Swaps. One that was under way comes in as stopped. */
export const SWAPS = tableKind({
  kind: 'swap',
  part: 'evidence',
  table: 'evaluation.swaps',
  key: ['id'],
  madeIds: ['id'],
  stored: {
    status: `CASE WHEN ${OPEN} THEN 'stopped' ELSE r.status END`,
    reason: `CASE WHEN ${OPEN} THEN 'It was under way when it was exported.' ELSE r.reason END`,
    ended_at: 'coalesce(r.ended_at, r.started_at)',
  },
  since: 't.started_at >= $since',
});
