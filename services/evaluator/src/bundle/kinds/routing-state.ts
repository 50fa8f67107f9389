import { tableKind } from '@switchyard/persistence';

/** That log, followed up to a revision. */
export const ROUTING_STATES = tableKind({
  kind: 'routing_state',
  part: 'evidence',
  table: 'evaluation.routing_states',
  key: ['agent', 'revision'],
});
