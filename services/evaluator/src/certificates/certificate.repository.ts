import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';

export interface CertificateRow {
  statement: JsonObject;
  /** Absent in lists. */
  evidence?: JsonObject;
  digest: string;
  status: string;
  reason: string;
  expires_at: Date;
  ended_at: Date | null;
  issued_by: string;
}

export interface NewCertificate {
  tenant: string;
  id: string;
  agent: string;
  swap: string;
  statement: JsonObject;
  evidence: JsonObject;
  digest: string;
  issuedAt: Date;
  issuedBy: string;
  expiresAt: Date;
}

export interface CertificateFilter {
  agent: string;
  backend: string;
  status: string;
  /** An id; certificates that are older. */
  after: string;
  limit: number;
}

/** Which certificates no longer hold. Of the configurations that one speaks of, both count. */
export interface Dependence {
  tenant: string;
  backend: string;
  /** Only of this agent's version. */
  agentVersion?: string;
  /** Only those that say another profile version or model than these, which is what the backend is now. One that names none says nothing of it. */
  otherThan?: { profileVersion: string; models: readonly string[] };
  /** Only those that were issued at this moment or before. */
  issuedUntil?: Date;
}

/** A backend as it was seen last. */
export interface AnsweredRow {
  backend: string;
  profile_version: string;
  model: string;
  configured: string;
}

const COLUMNS = 'statement, digest, status, reason, expires_at, ended_at, issued_by';
/** One whose time is over is expired, marked or not. */
const STATUS_AT = (now: string) =>
  `CASE WHEN status = 'in_force' AND expires_at <= ${now} THEN 'expired' ELSE status END`;

/** Certificates: added, and ended once. */
@Injectable()
export class CertificateRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns whether it is new: a swap has one */
  async add(certificate: NewCertificate): Promise<boolean> {
    const { tenant, id, agent, swap, statement, evidence, digest, issuedAt, issuedBy, expiresAt } = certificate;
    const added = await sql(
      this.dataSource,
      `INSERT INTO evaluation.certificates (tenant, id, agent, swap, statement, evidence, digest, status, reason, issued_at, issued_by,
         expires_at, ended_by)
       VALUES ($1, $2, $3, $4, $5::json, $6::json, $7, 'in_force', '', $8, $9, $10, '') ON CONFLICT DO NOTHING RETURNING id`,
      [
        ...[tenant, id, agent, swap, JSON.stringify(statement), JSON.stringify(evidence)],
        ...[digest, issuedAt, issuedBy, expiresAt],
      ],
    );
    return added.length > 0;
  }

  async find(tenant: string, id: string): Promise<CertificateRow | undefined> {
    const [row] = await sql<CertificateRow>(
      this.dataSource,
      `SELECT ${COLUMNS}, evidence FROM evaluation.certificates WHERE tenant = $1 AND id = $2`,
      [tenant, id],
    );
    return row;
  }

  async ofSwap(tenant: string, swap: string): Promise<CertificateRow | undefined> {
    const [row] = await sql<CertificateRow>(
      this.dataSource,
      `SELECT ${COLUMNS}, evidence FROM evaluation.certificates WHERE tenant = $1 AND swap = $2`,
      [tenant, swap],
    );
    return row;
  }

  /** What the backends are that a certificate is to speak of, by the last turns of runs on them. */
  answered(tenant: string, backends: readonly string[]): Promise<AnsweredRow[]> {
    return sql<AnsweredRow>(
      this.dataSource,
      `SELECT backend, profile_version, model, configured FROM evaluation.backend_states WHERE tenant = $1 AND backend = ANY ($2)`,
      [tenant, backends],
    );
  }

  /** Newest first: ids sort by time. */
  list(
    tenant: string,
    { agent, backend, status, after, limit }: CertificateFilter,
    now: Date,
  ): Promise<CertificateRow[]> {
    return sql<CertificateRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.certificates
       WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND ($3 = '' OR $3 IN (statement #>> '{candidate,backend}', statement #>> '{baseline,backend}'))
         AND ($4 = '' OR ${STATUS_AT('$5')} = $4) AND ($6 = '' OR id < $6)
       ORDER BY id DESC LIMIT $7`,
      [tenant, agent, backend, status, now, after, limit],
    );
  }

  /** @returns whether it was in force until now */
  async revoke(
    tenant: string,
    id: string,
    { reason, by, at }: { reason: string; by: string; at: Date },
  ): Promise<boolean> {
    const revoked = await sql(
      this.dataSource,
      `UPDATE evaluation.certificates SET status = 'revoked', reason = $3, ended_by = $4, ended_at = $5
       WHERE tenant = $1 AND id = $2 AND ${STATUS_AT('$5')} = 'in_force' RETURNING id`,
      [tenant, id, reason, by, at],
    );
    return revoked.length > 0;
  }

  /** Ends what depends on what has changed, once. @returns the ids */
  async expire(
    where: Dependence,
    reason: string,
    at: Date,
    on: EntityManager | DataSource = this.dataSource,
  ): Promise<string[]> {
    const { tenant, backend, agentVersion = '', otherThan, issuedUntil } = where;
    const rows = await sql<{ id: string }>(
      on,
      `UPDATE evaluation.certificates SET status = 'expired', reason = $2, ended_at = greatest($3, issued_at)
       WHERE tenant = $1 AND ${STATUS_AT('$3')} = 'in_force' AND ($8::timestamptz IS NULL OR issued_at <= $8) AND EXISTS (
         SELECT 1 FROM unnest(ARRAY[statement -> 'candidate', statement -> 'baseline']) part
         WHERE part ->> 'backend' = $4 AND ($5 = '' OR part ->> 'agent_version' = $5)
           AND (NOT $9 OR coalesce(part ->> 'profile_version', '') NOT IN ('', $6) OR coalesce(part ->> 'model', '') <> ALL ($7 || ARRAY[''])))
       RETURNING id`,
      [
        ...[tenant, reason, at, backend, agentVersion],
        ...[otherThan?.profileVersion ?? '', otherThan?.models ?? [], issuedUntil ?? null, otherThan !== undefined],
      ],
    );
    return rows.map(({ id }) => id);
  }
}
