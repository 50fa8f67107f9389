import type { TableKind } from '@switchyard/persistence';

/** What belongs to an evaluation: its tenant is the evaluation's. */
export const OF_EVALUATION = {
  part: 'evidence',
  of: { column: 'evaluation_id', table: 'evaluation.evaluations', id: 'id' },
  madeIds: ['evaluation_id'],
  links: [{ kind: 'evaluation', by: ['evaluation_id'] }],
  since: 'EXISTS (SELECT 1 FROM evaluation.evaluations e WHERE e.id = t.evaluation_id AND e.created_at >= $since)',
} as const satisfies Partial<TableKind>;
