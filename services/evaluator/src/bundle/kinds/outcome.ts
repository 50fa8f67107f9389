import { tableKind } from '@switchyard/persistence';

/** How runs ended. They come with the bundle, for nobody is told again of the end of an imported run. */
export const OUTCOMES = tableKind({
  kind: 'outcome',
  part: 'evidence',
  table: 'evaluation.outcomes',
  key: ['run_id'],
  madeIds: ['run_id'],
  since: 't.ended_at >= $since',
});
