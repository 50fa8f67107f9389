import { tableKind } from '@switchyard/persistence';

/** Runs whose backend was taken to learn. */
export const EXPLORED_RUNS = tableKind({
  kind: 'explored_run',
  part: 'evidence',
  table: 'evaluation.explored_runs',
  key: ['run_id'],
  madeIds: ['run_id'],
});
