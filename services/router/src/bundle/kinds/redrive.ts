import { tableKind } from '@switchyard/persistence';

/** Which failed runs and dead letters were given another try. */
export const REDRIVES = tableKind({
  kind: 'redrive',
  part: 'runs',
  table: 'registry.redrives',
  key: ['kind', 'id'],
  since: 't.redriven_at >= $since',
});
