import { tableKind } from '@switchyard/persistence';

/** When backends were no longer what they had been. */
export const DRIFT_FINDINGS = tableKind({
  kind: 'drift_finding',
  part: 'evidence',
  table: 'evaluation.drift_findings',
  key: ['id'],
});
