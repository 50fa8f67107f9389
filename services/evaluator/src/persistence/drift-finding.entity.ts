import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'drift_findings_pkey';

/** A backend is no longer what it was. The same change is one row while nobody has acknowledged it. */
@Entity({ schema: 'evaluation', name: 'drift_findings' })
@Index('drift_findings_open', ['tenant', 'backend', 'kind', 'before', 'after'], {
  unique: true,
  where: "status = 'open'",
})
export class DriftFindingEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  id!: string;

  @Column('text')
  backend!: string;

  /** model, template, tokenizer, answers, latency, quality, profile. */
  @Column('text')
  kind!: string;

  /** provider_change, drift, own_change. */
  @Column('text')
  cause!: string;

  @Column('text')
  before!: string;

  @Column('text')
  after!: string;

  @Column('timestamptz', { name: 'noticed_at' })
  noticedAt!: Date;

  @Column('timestamptz', { name: 'changed_after' })
  changedAfter!: Date;

  @Column('timestamptz', { name: 'changed_before' })
  changedBefore!: Date;

  /** Empty where runs showed it. */
  @Column('text')
  watch!: string;

  /** open, acknowledged. */
  @Column('text')
  status!: string;

  @Column('json')
  evidence!: JsonObject;

  /** Ids of those that expired for it. */
  @Column('text', { array: true })
  certificates!: string[];

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  @Column('text', { name: 'acknowledged_by' })
  acknowledgedBy!: string;

  @Column('text')
  note!: string;

  @Column('integer')
  times!: number;
}
