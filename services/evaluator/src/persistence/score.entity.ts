import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'scores_pkey';

/** What one scorer found in one run of a case. */
@Entity({ schema: 'evaluation', name: 'scores' })
@Index('scores_run', ['tenant', 'runId'])
@Index('scores_judge', ['tenant', 'judge', 'scorer'])
export class ScoreEntity {
  @PrimaryColumn('text', { name: 'evaluation_id', primaryKeyConstraintName })
  evaluationId!: string;

  @PrimaryColumn('text', { name: 'case_id', primaryKeyConstraintName })
  caseId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName })
  repeat!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  scorer!: string;

  /** In the order in which the suite names its scorers. */
  @Column('integer')
  position!: number;

  @Column('text')
  tenant!: string;

  /** Empty where the task never became a run. */
  @Column('text', { name: 'run_id' })
  runId!: string;

  @Column('double precision')
  value!: number;

  @Column('boolean')
  passed!: boolean;

  @Column('text')
  reason!: string;

  /** Why there is no score, where there is none: the value means nothing then. */
  @Column('text', { name: 'error_code', default: '' })
  errorCode!: string;

  /** Fingerprint of the configuration of the judge that gave it; empty where no model judged. */
  @Column('text', { default: '' })
  judge!: string;

  /** Fingerprint of what the judge was asked; empty where no model judged. */
  @Column('text', { default: '' })
  standard!: string;

  /** That configuration was not calibrated. */
  @Column('boolean', { default: false })
  uncalibrated!: boolean;
}
