import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A version that a part of an agent's new runs try. It is never deleted: it tells who decided what, and when. */
@Entity({ schema: 'registry', name: 'rollouts' })
@Index('rollouts_running', ['tenant', 'agent'], { unique: true, where: `status = 'running'` })
@Index('rollouts_key', ['tenant', 'idempotencyKey'], { unique: true })
@Index('rollouts_by_id', ['id'])
export class RolloutEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'rollouts_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'rollouts_pkey' })
  id!: string;

  @Column({ type: 'text' })
  agent!: string;

  /** Content address of what was current at its start. */
  @Column({ type: 'text' })
  baseline!: string;

  /** Content address. */
  @Column({ type: 'text' })
  candidate!: string;

  /** Of new runs, more than 0 and at most 1. */
  @Column({ type: 'double precision' })
  share!: number;

  /** thread, user, run. */
  @Column({ type: 'text' })
  sticky!: string;

  /** switchyard.v1.Guardrail, with what was left out filled in. */
  @Column({ type: 'jsonb' })
  guardrails!: JsonObject[];

  @Column({ type: 'integer', name: 'promote_after' })
  promoteAfter!: number;

  /** running, promoted, rolled_back, stopped. */
  @Column({ type: 'text' })
  status!: string;

  /** Why it ended; empty while it is under way. */
  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text' })
  guardrail!: string;

  @Column({ type: 'text' })
  swap!: string;

  @Column({ type: 'text', name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  /** Over what was asked for: the same key with another fingerprint is another rollout. */
  @Column({ type: 'text' })
  fingerprint!: string;

  @Column({ type: 'text', name: 'started_by' })
  startedBy!: string;

  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  @Column({ type: 'text', name: 'ended_by' })
  endedBy!: string;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
