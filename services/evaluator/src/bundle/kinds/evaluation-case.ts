import { tableKind } from '@switchyard/persistence';
import { OF_EVALUATION } from './of-evaluation.js';

/** Cases as their suite had them when the evaluation began. */
export const EVALUATION_CASES = tableKind({
  ...OF_EVALUATION,
  kind: 'evaluation_case',
  table: 'evaluation.evaluation_cases',
  key: ['evaluation_id', 'case_id'],
});
