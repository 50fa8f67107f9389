import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A task that is published again and again. Its next time is moved on only when the task of the one before is accepted. */
@Entity({ schema: 'registry', name: 'schedules' })
@Index('schedules_due', ['nextAt'], { where: 'next_at IS NOT NULL AND NOT paused' })
export class ScheduleEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'schedules_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'schedules_pkey' })
  name!: string;

  @Column({ type: 'text' })
  cron!: string;

  /** IANA name. */
  @Column({ type: 'text', name: 'time_zone' })
  timeZone!: string;

  /** A TaskRequest, without tenant and key. */
  @Column({ type: 'jsonb' })
  task!: JsonObject;

  /** skip, last, all. */
  @Column({ type: 'text' })
  missed!: string;

  /** allow, skip. */
  @Column({ type: 'text' })
  overlap!: string;

  @Column({ type: 'boolean' })
  paused!: boolean;

  /** Null where it has ended. */
  @Column({ type: 'timestamptz', name: 'next_at', nullable: true })
  nextAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  /** The time that was fired last, as it was due. */
  @Column({ type: 'timestamptz', name: 'last_at', nullable: true })
  lastAt!: Date | null;

  /** Empty before the first. */
  @Column({ type: 'text', name: 'last_run_id' })
  lastRunId!: string;

  @Column({ type: 'integer' })
  fired!: number;

  /** Times that the policies left out. */
  @Column({ type: 'integer' })
  skipped!: number;

  /** Why the last time could not be accepted; null where it was. */
  @Column({ type: 'jsonb', name: 'last_error', nullable: true })
  lastError!: JsonObject | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** When it was applied last. */
  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
