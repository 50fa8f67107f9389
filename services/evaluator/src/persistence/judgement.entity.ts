import type { JsonValue } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

const primaryKeyConstraintName = 'judgements_pkey';

/**
 * One question to a judge about one run. Its status goes published (the task is on the bus, or will be) → running (a run
 * was accepted) → answered, failed or cancelled; it may skip, and never goes back.
 */
@Entity({ schema: 'evaluation', name: 'judgements' })
@Unique('judgements_key', ['tenant', 'idempotencyKey'])
@Index('judgements_status', ['status', 'touchedAt'])
@Index('judgements_run', ['tenant', 'runId'], { where: `run_id <> ''` })
export class JudgementEntity {
  @PrimaryColumn('text', { name: 'evaluation_id', primaryKeyConstraintName })
  evaluationId!: string;

  @PrimaryColumn('text', { name: 'case_id', primaryKeyConstraintName })
  caseId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName })
  repeat!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  scorer!: string;

  /** Tells the questions of a scorer apart. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  variant!: string;

  @Column('text')
  tenant!: string;

  @Column('text', { name: 'idempotency_key' })
  idempotencyKey!: string;

  /** The judge. */
  @Column('text')
  agent!: string;

  @Column('text')
  backend!: string;

  @Column('text')
  input!: string;

  @Column('text')
  status!: string;

  @Column('text', { name: 'run_id', default: '' })
  runId!: string;

  /** When the task was last published, or the run last asked after. */
  @Column('timestamptz', { name: 'touched_at' })
  touchedAt!: Date;

  @Column('json', { nullable: true })
  output!: JsonValue;

  /** Why there is no output; empty where there is one. */
  @Column('text', { default: '' })
  problem!: string;

  /** Fingerprint of the configuration that answered. */
  @Column('text', { default: '' })
  configuration!: string;

  /** Whether that configuration was calibrated when it answered. */
  @Column('boolean', { default: false })
  calibrated!: boolean;

  @Column('double precision', { name: 'cost_usd', default: 0 })
  costUsd!: number;
}
