import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One journaled event. The primary key is the fence: two executors cannot both write a run's next entry. */
@Entity({ schema: 'journal', name: 'events' })
@Index('events_decisions', ['tenant', 'time', 'runId'], { where: `type = 'ApprovalResolved'` })
export class EventEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'events_pkey' })
  runId!: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'events_pkey' })
  seq!: number;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'timestamp with time zone' })
  time!: Date;

  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'trace_id', type: 'text' })
  traceId!: string;

  /** The whole RunEvent in its wire form. */
  @Column({ type: 'jsonb' })
  data!: JsonObject;
}
