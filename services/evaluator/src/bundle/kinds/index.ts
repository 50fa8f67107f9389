import type { RecordKind } from '@switchyard/persistence';
import { ATTEMPTS } from './attempt.js';
import { CONFIGURATIONS } from './configuration.js';
import { EVALUATION_CASES } from './evaluation-case.js';
import { EVALUATIONS } from './evaluation.js';
import { FEEDBACK } from './feedback.js';
import { JUDGEMENTS } from './judgement.js';
import { OUTCOMES } from './outcome.js';
import { SCORES } from './score.js';
import { SUITES } from './suite.js';

/** What the evaluator gives to a bundle, in the order in which it rests on each other. A new kind is a file here and its name in this list. */
export const EVIDENCE_KINDS: readonly RecordKind[] = [
  SUITES,
  CONFIGURATIONS,
  OUTCOMES,
  FEEDBACK,
  EVALUATIONS,
  EVALUATION_CASES,
  ATTEMPTS,
  SCORES,
  JUDGEMENTS,
];

/** Tables that a bundle does not have, and why. */
export const NOT_IN_BUNDLES: Readonly<Record<string, string>> = {
  'evaluation.bundle_parts': 'lines on their way in',
};
