import { Inject, Injectable } from '@nestjs/common';
import {
  create,
  DriftFindingSchema,
  newId,
  SwitchyardError,
  timestampFromDate,
  type AcknowledgeDriftRequest,
  type DriftFinding,
  type DriftQuery,
  type ListDriftQuery,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import type { EntityManager } from 'typeorm';
import type { Dependence } from '../certificates/certificate.repository.js';
import { CertificatesService } from '../certificates/certificates.service.js';
import { NOW, type Now } from '../now.js';
import { sentenceOf, type NewDrift } from './drift.js';
import { DriftRepository, type DriftRow } from './drift.repository.js';

const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;

/** What was found to have drifted, and what that ends. */
@Injectable()
export class DriftService {
  private readonly found = metrics.counter('switchyard_evaluator_drift_total', 'Changes of backends that were found.', [
    'kind',
  ]);

  constructor(
    @Inject(DriftRepository) private readonly findings: DriftRepository,
    @Inject(CertificatesService) private readonly certificates: CertificatesService,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Keeps what was found and expires the certificates that depend on it, in the caller's transaction.
   *
   * @param otherThan what the backend is now: what says just that stays in force
   * @returns the finding's id
   */
  async note(on: EntityManager, drift: NewDrift, otherThan?: Dependence['otherThan']): Promise<string> {
    const at = this.now();
    const { id, isNew } = await this.findings.add(on, newId('drift', at.getTime()), drift, at);
    const { tenant, backend, kind } = drift;
    const where: Dependence = { tenant, backend, issuedUntil: at, ...(otherThan ? { otherThan } : {}) };
    const expired = await this.certificates.expire(where, sentenceOf(drift), at, on);
    await this.findings.expired(on, tenant, id, expired);
    if (isNew) this.found.inc({ kind });
    this.logger.warn({ tenant, backend, kind, finding: id, certificates: expired }, sentenceOf(drift));
    return id;
  }

  /** @throws SwitchyardError `drift.not_found` */
  async get({ tenant, id }: Pick<DriftQuery, 'tenant' | 'id'>): Promise<DriftFinding> {
    const row = await this.findings.find(tenant, id);
    if (row) return findingView(row);
    throw new SwitchyardError(
      'drift.not_found',
      `There is no finding "${id}" in this tenant. List what drifted to see which there are.`,
      { details: { finding: id } },
    );
  }

  /** Newest first. */
  async list({ tenant, backend, status, after, limit: wanted }: ListDriftQuery) {
    const limit = Math.min(wanted || DEFAULT_LISTED, MAX_LISTED);
    const rows = await this.findings.list(tenant, { backend, status, after, limit: limit + 1 });
    return { findings: rows.slice(0, limit).map(findingView), more: rows.length > limit };
  }

  /**
   * A person has seen it: the same change would be a new finding from then on. One that was acknowledged stays as it is.
   *
   * @throws SwitchyardError `drift.not_found`
   */
  async acknowledge({ tenant, id, note, actor }: AcknowledgeDriftRequest): Promise<DriftFinding> {
    await this.findings.acknowledge(tenant, id, { by: actor, note, at: this.now() });
    return this.get({ tenant, id });
  }
}

function findingView(row: DriftRow): DriftFinding {
  const { acknowledged_at: acknowledgedAt, before: from, after: to, noticed_at, changed_after, changed_before } = row;
  const { id, tenant, backend, kind, cause, watch, status, evidence, certificates, note, times } = row;
  return create(DriftFindingSchema, {
    ...{ id, tenant, backend, kind, cause, from, to, watch, status, evidence, certificates, note, times },
    noticedAt: timestampFromDate(noticed_at),
    changedAfter: timestampFromDate(changed_after),
    changedBefore: timestampFromDate(changed_before),
    acknowledgedBy: row.acknowledged_by,
    ...(acknowledgedAt ? { acknowledgedAt: timestampFromDate(acknowledgedAt) } : {}),
  });
}
