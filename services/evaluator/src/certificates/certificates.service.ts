import { Inject, Injectable } from '@nestjs/common';
import {
  newId,
  SwitchyardError,
  timestampDate,
  type Certificate,
  type CertificateQuery,
  type ListCertificatesQuery,
  type RevokeCertificateRequest,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import type { EntityManager } from 'typeorm';
import { NOW, type Now } from '../now.js';
import { certificateOf, type CertificateDraft } from './certificate-draft.js';
import {
  CertificateRepository,
  type AnsweredRow,
  type CertificateRow,
  type Dependence,
} from './certificate.repository.js';
import { certificateView, statementOf } from './certificate-view.js';

const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;

/** What is certified: issued, read, ended. */
@Injectable()
export class CertificatesService {
  private readonly ended = metrics.counter(
    'switchyard_evaluator_certificates_ended_total',
    'Certificates that were ended before their time.',
    ['status'],
  );

  constructor(
    @Inject(CertificateRepository) private readonly certificates: CertificateRepository,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Issues it; for a swap that has one already, answers that one. Where the draft knows only which model a backend is configured for, the one that it
   * answers as is put in its place.
   *
   * @throws SwitchyardError `certificate.invalid`
   */
  async issue(draft: CertificateDraft): Promise<Certificate> {
    const at = this.now();
    const certificate = certificateOf(await this.asAnswered(draft), newId('cert', at.getTime()), at);
    const { tenant, id, agent, swap, digest, expiresAt } = certificate;
    const isNew = await this.certificates.add({
      ...{ tenant, id, agent, swap, digest, evidence: draft.evidence, issuedBy: draft.issuedBy },
      ...{ statement: statementOf(certificate), issuedAt: at, expiresAt: expiresAt ? timestampDate(expiresAt) : at },
    });
    const row = isNew ? await this.certificates.find(tenant, id) : await this.certificates.ofSwap(tenant, swap);
    if (row === undefined) throw notFound(id);
    return certificateView(row, at);
  }

  /** Those of an agent that hold now, the newest first. */
  inForce(tenant: string, agent: string): Promise<Certificate[]> {
    return this.find(tenant, { agent, backend: '', status: 'in_force', after: '', limit: MAX_LISTED });
  }

  /** With its evidence. @throws SwitchyardError `certificate.not_found` */
  async get({ tenant, id }: CertificateQuery): Promise<Certificate> {
    return certificateView(await this.one(tenant, id), this.now());
  }

  /** Newest first, without their evidence. */
  async list(query: ListCertificatesQuery): Promise<{ certificates: Certificate[]; more: boolean }> {
    const { tenant, agent, backend, status, after } = query;
    const limit = Math.min(query.limit || DEFAULT_LISTED, MAX_LISTED);
    const found = await this.find(tenant, { agent, backend, status, after, limit: limit + 1 });
    return { certificates: found.slice(0, limit), more: found.length > limit };
  }

  /**
   * Ends one by a person's word; one that was revoked stays as it is.
   *
   * @throws SwitchyardError `certificate.not_found`, `certificate.conflict` where it has expired
   */
  async revoke({ tenant, id, reason, actor }: RevokeCertificateRequest): Promise<Certificate> {
    const revoked = await this.certificates.revoke(tenant, id, { reason, by: actor, at: this.now() });
    if (revoked) this.tell('revoked', [id], reason);
    const certificate = certificateView(await this.one(tenant, id), this.now());
    if (certificate.status === 'expired')
      throw new SwitchyardError(
        'certificate.conflict',
        `The certificate "${id}" has expired (${certificate.reason}): there is nothing left to revoke.`,
        { details: { certificate: id, status: certificate.status } },
      );
    return certificate;
  }

  /** Ends one by what production showed of its candidate. One that has ended already stays as it ended. */
  async withdraw(tenant: string, id: string, reason: string, by: string): Promise<void> {
    if (await this.certificates.revoke(tenant, id, { reason, by, at: this.now() })) this.tell('revoked', [id], reason);
  }

  /**
   * Ends what depends on something that has changed. Said again, it changes nothing.
   *
   * @param at when that was
   * @returns the ids of those that it ended
   */
  async expire(where: Dependence, reason: string, at: Date, on?: EntityManager): Promise<string[]> {
    const ids = await this.certificates.expire(where, reason, at, on);
    this.tell('expired', ids, reason);
    return ids;
  }

  private async asAnswered(draft: CertificateDraft): Promise<CertificateDraft> {
    const { tenant, baseline, candidate } = draft;
    const seen = await this.certificates.answered(tenant, [baseline.backend ?? '', candidate.backend ?? '']);
    return { ...draft, baseline: asAnswered(baseline, seen), candidate: asAnswered(candidate, seen) };
  }

  private tell(status: 'expired' | 'revoked', ids: readonly string[], reason: string): void {
    if (ids.length === 0) return;
    this.ended.inc({ status }, ids.length);
    this.logger.warn({ certificates: ids, reason }, `Certificates are no longer in force: ${status}`);
  }

  private async find(tenant: string, filter: Parameters<CertificateRepository['list']>[1]): Promise<Certificate[]> {
    const now = this.now();
    return (await this.certificates.list(tenant, filter, now)).map((row) => certificateView(row, now));
  }

  private async one(tenant: string, id: string): Promise<CertificateRow> {
    const row = await this.certificates.find(tenant, id);
    if (row === undefined) throw notFound(id);
    return row;
  }
}

function asAnswered<Part extends CertificateDraft['candidate']>(part: Part, seen: readonly AnsweredRow[]): Part {
  const is = seen.find(
    ({ backend, profile_version: version }) => backend === part.backend && version === part.profileVersion,
  );
  const { model = '' } = part;
  return is && (model === '' || model === is.configured) ? { ...part, model: is.model } : part;
}

function notFound(id: string): SwitchyardError {
  return new SwitchyardError(
    'certificate.not_found',
    `There is no certificate "${id}" in this tenant. List them to see which there are.`,
    { details: { certificate: id } },
  );
}
