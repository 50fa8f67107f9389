import { tableKind } from '@switchyard/persistence';

/** Every version of every suite. */
export const SUITES = tableKind({
  kind: 'suite',
  part: 'evidence',
  table: 'evaluation.suites',
  key: ['name', 'version'],
});
