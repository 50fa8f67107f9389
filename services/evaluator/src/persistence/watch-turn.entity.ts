import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WatchEntity } from './watch.entity.js';

const primaryKeyConstraintName = 'watch_turns_pkey';
const foreignKeyConstraintName = 'watch_turns_watch';

/** One turn of a watch. At most one of a watch is running. */
@Entity({ schema: 'evaluation', name: 'watch_turns' })
@Index('watch_turns_running', ['tenant', 'watch'], { unique: true, where: "status = 'running'" })
export class WatchTurnEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  watch!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName })
  number!: number;

  @ManyToOne(() => WatchEntity, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'tenant', referencedColumnName: 'tenant', foreignKeyConstraintName },
    { name: 'watch', referencedColumnName: 'name', foreignKeyConstraintName },
  ])
  of?: WatchEntity;

  @Column('timestamptz', { name: 'began_at' })
  beganAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** running, done, unreachable, skipped, failed. */
  @Column('text')
  status!: string;

  @Column('text')
  reason!: string;

  @Column('double precision', { name: 'cost_usd' })
  costUsd!: number;

  @Column('text', { array: true })
  evaluations!: string[];

  /** Ids of what it found. */
  @Column('text', { array: true })
  findings!: string[];

  /** `Observed`; null where there is nothing to judge. */
  @Column('json', { nullable: true })
  observed!: JsonObject | null;
}
