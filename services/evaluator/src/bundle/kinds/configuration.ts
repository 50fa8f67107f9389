import { tableKind } from '@switchyard/persistence';

/** Configurations that ran, with their parts. */
export const CONFIGURATIONS = tableKind({
  kind: 'configuration',
  part: 'evidence',
  table: 'evaluation.configurations',
  key: ['fingerprint'],
});
