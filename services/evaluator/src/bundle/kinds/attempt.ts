import { tableKind } from '@switchyard/persistence';
import { OF_EVALUATION } from './of-evaluation.js';

/** Runs that evaluations wanted. One that was not done comes in as cancelled. */
export const ATTEMPTS = tableKind({
  ...OF_EVALUATION,
  kind: 'attempt',
  table: 'evaluation.attempts',
  key: ['evaluation_id', 'case_id', 'repeat'],
  stored: { status: `CASE WHEN r.status IN ('completed', 'failed') THEN r.status ELSE 'cancelled' END` },
});
