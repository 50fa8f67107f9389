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
import { CANARIES } from './canary.js';
import { CERTIFICATES } from './certificate.js';
import { CLASS_RULES } from './class-rules.js';
import { DRIFT_FINDINGS } from './drift-finding.js';
import { EXPLORED_RUNS } from './explored-run.js';
import { ROUTING_LOG } from './routing-log.js';
import { ROUTING_STATES } from './routing-state.js';
import { SWAPS } from './swap.js';
import { SWAP_STEPS } from './swap-step.js';
import { WATCHED_ROLLOUTS } from './watched-rollout.js';

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
  CLASS_RULES,
  CERTIFICATES,
  WATCHED_ROLLOUTS,
  CANARIES,
  SWAPS,
  SWAP_STEPS,
  DRIFT_FINDINGS,
  EXPLORED_RUNS,
  ROUTING_LOG,
  ROUTING_STATES,
];

/** Tables that a bundle does not have, and why. */
export const NOT_IN_BUNDLES: Readonly<Record<string, string>> = {
  'evaluation.watches': 'they would ask the backends of another system by themselves: what they found comes along',
  'evaluation.watch_turns': 'of watches; what they found comes along',
  'evaluation.backend_states': 'what the backends of this system were last seen to be',
  'evaluation.bundle_parts': 'lines on their way in',
};
