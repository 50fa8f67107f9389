import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'feedback_pkey';

/** What somebody said of a run. Never changed: who says something else later adds a row, and the last word counts. */
@Entity({ schema: 'evaluation', name: 'feedback' })
@Index('feedback_run', ['tenant', 'runId', 'name', 'by', 'at'])
@Index('feedback_agent', ['tenant', 'agent', 'recordedAt'])
export class FeedbackEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  /** The giver's own id, or one that was made for it. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  id!: string;

  @Column('text', { name: 'run_id' })
  runId!: string;

  /** The run's. */
  @Column('text')
  agent!: string;

  @Column('text')
  name!: string;

  /** 0 to 1; null takes back what was said before. */
  @Column('double precision', { nullable: true })
  value!: number | null;

  @Column('text')
  comment!: string;

  @Column('text')
  by!: string;

  /** When it was said. */
  @Column('timestamptz')
  at!: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}
