import { tableKind } from '@switchyard/persistence';

/** What the guardrails of rollouts found. */
export const CANARIES = tableKind({
  kind: 'canary',
  part: 'evidence',
  table: 'evaluation.canaries',
  key: ['rollout', 'guardrail'],
});
