import { tableKind } from '@switchyard/persistence';

/** What was said of runs, and said later. */
export const FEEDBACK = tableKind({
  kind: 'feedback',
  part: 'evidence',
  table: 'evaluation.feedback',
  key: ['id'],
  since: 't.recorded_at >= $since',
});
