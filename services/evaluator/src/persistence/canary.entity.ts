import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'canaries_pkey';

/** What one guardrail of a rollout found at the last look. Can be computed again from the outcomes, but for what was decided. */
@Entity({ schema: 'evaluation', name: 'canaries' })
export class CanaryEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  rollout!: string;

  /** Its name. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  guardrail!: string;

  @Column('integer', { name: 'candidate_exposures' })
  candidateExposures!: number;

  @Column('integer', { name: 'baseline_exposures' })
  baselineExposures!: number;

  @Column('double precision', { name: 'candidate_mean' })
  candidateMean!: number;

  @Column('double precision', { name: 'baseline_mean' })
  baselineMean!: number;

  /** Of candidate less baseline, at all moments together; null where too little is known. */
  @Column('double precision', { nullable: true })
  low!: number | null;

  @Column('double precision', { nullable: true })
  high!: number | null;

  /** waiting, watching, held, no_worse, harm. */
  @Column('text')
  verdict!: string;

  @Column('text')
  note!: string;

  @Column('integer', { name: 'more_exposures', nullable: true })
  moreExposures!: number | null;

  /** When harm was found; the row stays as it was then. */
  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;
}
