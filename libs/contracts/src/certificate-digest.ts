import { create } from '@bufbuild/protobuf';
import { toWire } from './codec.js';
import { contentAddress } from './content-address.js';
import { CertificateSchema, type Certificate } from './gen/switchyard/v1/certificate_pb.js';

/**
 * The address of what a certificate says: "sha256:…" over its canonical proto3 JSON without what happens to it later (status, reason, end),
 * without the evidence, which is computed again instead, and without the digest itself. Anyone who holds a certificate can compute it.
 */
export function certificateDigest(certificate: Certificate): string {
  const said = create(CertificateSchema, { ...certificate, status: '', reason: '', digest: '', issuedBy: '' });
  delete said.endedAt;
  delete said.evidence;
  return contentAddress(toWire(CertificateSchema, said));
}
