import { tableKind } from '@switchyard/persistence';
import { OF_EVALUATION } from './of-evaluation.js';

/** Questions to judges, and their answers. One that was not answered comes in as cancelled. */
export const JUDGEMENTS = tableKind({
  ...OF_EVALUATION,
  kind: 'judgement',
  table: 'evaluation.judgements',
  key: ['evaluation_id', 'case_id', 'repeat', 'scorer', 'variant'],
  stored: { status: `CASE WHEN r.status IN ('answered', 'failed') THEN r.status ELSE 'cancelled' END` },
});
