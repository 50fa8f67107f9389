import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

const primaryKeyConstraintName = 'attempts_pkey';

/**
 * One run that an evaluation wants of a case. Its status goes pending → published (the task is on the bus) → running (a
 * run was accepted) → judging (it has ended, and its judges are asked) → completed, failed or cancelled; it may skip, and
 * never goes back.
 */
@Entity({ schema: 'evaluation', name: 'attempts' })
@Unique('attempts_key', ['tenant', 'idempotencyKey'])
@Index('attempts_status', ['evaluationId', 'status'])
@Index('attempts_run', ['tenant', 'runId'], { where: `run_id <> ''` })
export class AttemptEntity {
  @PrimaryColumn('text', { name: 'evaluation_id', primaryKeyConstraintName })
  evaluationId!: string;

  @PrimaryColumn('text', { name: 'case_id', primaryKeyConstraintName })
  caseId!: string;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName })
  repeat!: number;

  @Column('text')
  tenant!: string;

  /** The case's place in the suite. */
  @Column('integer')
  position!: number;

  @Column('text', { name: 'idempotency_key' })
  idempotencyKey!: string;

  @Column('text', { default: 'pending' })
  status!: string;

  @Column('text', { name: 'run_id', default: '' })
  runId!: string;

  /** When the task was last published, or the run last asked after. */
  @Column('timestamptz', { name: 'touched_at', nullable: true })
  touchedAt!: Date | null;

  @Column('json', { nullable: true })
  output!: JsonValue;

  /** `ErrorInfo`. */
  @Column('json', { nullable: true })
  error!: JsonObject | null;

  @Column('double precision', { name: 'cost_usd', default: 0 })
  costUsd!: number;

  @Column('double precision', { name: 'duration_ms', default: 0 })
  durationMs!: number;
}
