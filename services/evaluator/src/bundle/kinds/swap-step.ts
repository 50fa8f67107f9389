import { tableKind } from '@switchyard/persistence';

/** What was done for swaps, and by whom. */
export const SWAP_STEPS = tableKind({
  kind: 'swap_step',
  part: 'evidence',
  table: 'evaluation.swap_steps',
  key: ['swap_id', 'position'],
  madeIds: ['swap_id'],
  of: { column: 'swap_id', table: 'evaluation.swaps', id: 'id' },
  links: [{ kind: 'swap', by: ['swap_id'] }],
  since: 'EXISTS (SELECT 1 FROM evaluation.swaps s WHERE s.id = t.swap_id AND s.started_at >= $since)',
});
