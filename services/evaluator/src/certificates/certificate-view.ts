import {
  CertificateSchema,
  create,
  fromStore,
  timestampFromDate,
  toWire,
  type Certificate,
  type JsonObject,
} from '@switchyard/contracts';
import type { CertificateRow } from './certificate.repository.js';

/** What a certificate says, as it is stored: without what may change, and without its evidence. */
export function statementOf(certificate: Certificate): JsonObject {
  const said = create(CertificateSchema, { ...certificate, status: '', reason: '', digest: '', issuedBy: '' });
  delete said.evidence;
  return toWire(CertificateSchema, said);
}

/** A certificate for the outside, as it stands at this moment. */
export function certificateView(row: CertificateRow, now: Date): Certificate {
  const { statement, evidence, digest, issued_by: issuedBy } = row;
  return create(CertificateSchema, {
    ...fromStore(CertificateSchema, statement),
    ...{ digest, issuedBy, ...standingOf(row, now) },
    ...(evidence ? { evidence } : {}),
  });
}

function standingOf({ status, reason, expires_at: expiresAt, ended_at: endedAt }: CertificateRow, now: Date) {
  if (status === 'in_force' && expiresAt <= now)
    return { status: 'expired', reason: 'its time is over', endedAt: timestampFromDate(expiresAt) };
  return { status, reason, ...(endedAt ? { endedAt: timestampFromDate(endedAt) } : {}) };
}
