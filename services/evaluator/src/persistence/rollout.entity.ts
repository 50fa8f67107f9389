import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'rollouts_pkey';

/** A rollout of the router as the evaluator watches it: what was last heard of it, and what its guardrails decided. */
@Entity({ schema: 'evaluation', name: 'rollouts' })
@Index('rollouts_agent', ['tenant', 'agent', 'startedAt'])
export class RolloutEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  id!: string;

  @Column('text')
  agent!: string;

  /** Content address of the version that is tried. */
  @Column('text')
  candidate!: string;

  /** As the router last said: running, promoted, rolled_back, stopped. */
  @Column('text')
  status!: string;

  /** `Rollout` as proto3 JSON. */
  @Column('json')
  rollout!: JsonObject;

  /** `ShareSpan[]`: which share it had when. */
  @Column('json')
  shares!: JsonValue;

  /** promoted, rolled_back; empty while nothing is decided. Made once, whatever is recorded later. */
  @Column('text', { default: '' })
  decision!: string;

  @Column('text', { name: 'decision_guardrail', default: '' })
  decisionGuardrail!: string;

  @Column('text', { name: 'decision_reason', default: '' })
  decisionReason!: string;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  /** Threads or users that were compared. */
  @Column('integer', { name: 'candidate_exposures', default: 0 })
  candidateExposures!: number;

  @Column('integer', { name: 'baseline_exposures', default: 0 })
  baselineExposures!: number;

  /** When the last run that was counted ended. */
  @Column('timestamptz', { name: 'last_run_at', nullable: true })
  lastRunAt!: Date | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'looked_at' })
  lookedAt!: Date;
}
