import { tableKind } from '@switchyard/persistence';

/** Certificates, with what they rest on. */
export const CERTIFICATES = tableKind({
  kind: 'certificate',
  part: 'evidence',
  table: 'evaluation.certificates',
  key: ['id'],
});
