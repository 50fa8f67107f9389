import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'certificates_pkey';

/** A certificate. What it says is never changed; whether it is still in force is. */
@Entity({ schema: 'evaluation', name: 'certificates' })
@Index('certificates_swap', ['tenant', 'swap'], { unique: true, where: "swap <> ''" })
@Index('certificates_agent', ['tenant', 'agent', 'status'])
export class CertificateEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  id!: string;

  @Column('text')
  agent!: string;

  /** Empty where it was issued for none. */
  @Column('text')
  swap!: string;

  /** `Certificate` as proto3 JSON, without what stands in the other columns. */
  @Column('json')
  statement!: JsonObject;

  /** The comparisons as they were computed. */
  @Column('json')
  evidence!: JsonObject;

  @Column('text')
  digest!: string;

  /** in_force, expired, revoked. One whose time is over need not be marked: `expires_at` says so. */
  @Column('text')
  status!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt!: Date;

  @Column('text', { name: 'issued_by' })
  issuedBy!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Who revoked it: "user:<name>"; empty where nobody did. */
  @Column('text', { name: 'ended_by' })
  endedBy!: string;
}
