import { tableKind } from '@switchyard/persistence';

/** What was learnt of agents' backends, in the order in which it was learnt. */
export const ROUTING_LOG = tableKind({
  kind: 'routing_log',
  part: 'evidence',
  table: 'evaluation.routing_log',
  key: ['agent', 'revision'],
});
