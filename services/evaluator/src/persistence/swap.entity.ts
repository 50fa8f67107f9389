import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A swap with all that is decided on: see `swaps/swap.ts`. */
@Entity({ schema: 'evaluation', name: 'swaps' })
@Index('swaps_tenant', ['tenant', 'id'])
@Index('swaps_under_way', ['tenant', 'agent'], { unique: true, where: 'ended_at IS NULL' })
export class SwapEntity {
  /** Sorts by the time of its start. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'swaps_pkey' })
  id!: string;

  @Column('text')
  tenant!: string;

  @Column('text')
  agent!: string;

  @Column('text')
  status!: string;

  @Column('text', { default: '' })
  reason!: string;

  @Column('json')
  baseline!: JsonObject;

  @Column('json')
  candidate!: JsonObject;

  /** Of the candidate, where it is not a version that was kept before. */
  @Column('json', { nullable: true })
  definition!: JsonObject | null;

  @Column('json')
  plan!: JsonObject;

  @Column('json')
  evaluations!: JsonValue;

  @Column('text', { default: '' })
  verdict!: string;

  @Column('json')
  comparisons!: JsonValue;

  @Column('text', { default: '' })
  certificate!: string;

  @Column('text', { default: '' })
  rollout!: string;

  @Column('json')
  estimate!: JsonObject;

  @Column('text', { name: 'started_by' })
  startedBy!: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { name: 'stop_by', default: '' })
  stopBy!: string;

  @Column('text', { name: 'stop_reason', default: '' })
  stopReason!: string;

  @Column('text', { name: 'approved_by', default: '' })
  approvedBy!: string;

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt!: Date | null;

  /** Steps that were recorded. */
  @Column('integer')
  revision!: number;
}
