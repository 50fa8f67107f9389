import { tableKind } from '@switchyard/persistence';
import { OF_EVALUATION } from './of-evaluation.js';

/** What scorers found. */
export const SCORES = tableKind({
  ...OF_EVALUATION,
  kind: 'score',
  table: 'evaluation.scores',
  key: ['evaluation_id', 'case_id', 'repeat', 'scorer'],
});
